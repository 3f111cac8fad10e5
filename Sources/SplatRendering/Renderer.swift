public import SplatCore

/// Renders models of 3D Gaussians to images.
///
/// ```swift
/// let renderer = Renderer()
/// let frame = renderer.render(splats, from: camera)
/// let pixels = frame.rgb8
/// ```
///
/// If views show only parts of a large model, call ``Splats/boundClusters()`` once.
///
/// Any number of tasks may use a renderer, or copies of it, at the same time. Each render uses all
/// cores by itself, and its picture is the same for any number of them. Scratch memory is kept
/// between renders, as much as for those that ran at the same time.
public struct Renderer: Sendable {
  /// What the pictures depend on besides scene and camera.
  public var settings: RenderSettings
  let pool = RenderMemoryPool()

  /// Creates a renderer.
  public init(settings: RenderSettings = RenderSettings()) { self.settings = settings }

  /// The picture of `splats` that `camera` takes.
  public func render(_ splats: Splats, from camera: Camera) -> Frame {
    var frame = Frame(
      width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
    render(splats, from: camera, into: &frame)
    return frame
  }

  /// Overwrites `frame`, which has the camera's size, with the picture of `splats` that `camera`
  /// takes.
  public func render(_ splats: Splats, from camera: Camera, into frame: inout Frame) {
    _ = render(splats, from: camera, into: &frame) { false }
  }

  /// As ``render(_:from:into:)``; returns false if `isCancelled` holds before the picture is drawn.
  func render(
    _ splats: Splats, from camera: Camera, into frame: inout Frame, isCancelled: () -> Bool
  ) -> Bool {
    precondition(
      frame.width == camera.width && frame.height == camera.height,
      "the frame has the camera's size")
    precondition(
      frame.depth.isEmpty != settings.includesDepth, "the frame has a depth plane if wanted")
    guard camera.width > 0, camera.height > 0 else { return true }
    guard !isCancelled() else { return false }
    let workers = Workers(threads: settings.threads)
    let memory = pool.take()
    defer { pool.give(memory) }
    let rasterizer = memory.rasterizer
    return splats.parameters.withReadOnlyView { model in
      let pass = rasterizer.prepare(
        model, clusters: splats.clusters, camera: camera, settings: settings,
        isForBackward: false, workers: workers)
      guard !isCancelled() else { return false }
      frame.withPlanes { planes in
        rasterizer.blend(pass, into: planes, workers: workers)
        planes.finish(workers: workers)
      }
      return true
    }
  }
}

extension ImagePlanes {
  /// Turns what the rasterizer writes into what a frame holds: the transmittance into alpha, and
  /// the accumulated depth into the expected one.
  package func finish(workers: Workers) {
    let (alpha, depth) = (transmittance, depth)
    workers.forEachRange(alpha.count, size: 1 << 16) { range, _ in
      for index in range { alpha[index] = 1 - alpha[index] }
      guard depth.count > 0 else { return }
      for index in range {
        depth[index] = ExpectedDepth.forward(accumulated: depth[index], alpha: alpha[index])
      }
    }
  }
}

extension Frame {
  /// Lends the planes to `body`, with the alpha plane to receive the transmittance and the depth
  /// plane to receive the accumulated depth.
  package mutating func withPlanes(_ body: (ImagePlanes) -> Void) {
    let width = width
    red.withView { red in
      green.withView { green in
        blue.withView { blue in
          alpha.withView { alpha in
            depth.withView { depth in
              body(
                ImagePlanes(
                  red: red, green: green, blue: blue, transmittance: alpha, depth: depth,
                  rowStride: width))
            }
          }
        }
      }
    }
  }
}

public import SplatCore

/// The gradient of a loss with respect to a frame: planes like the frame's.
public struct FrameGradient: Sendable {
  /// Of the colours: height x width each.
  public var red: [Float], green: [Float], blue: [Float]
  /// Of alpha: height x width; empty if the loss does not depend on it.
  public var alpha: [Float] = []
  /// Of the expected depth: height x width; empty if the loss does not depend on it.
  public var depth: [Float] = []

  /// Creates the gradient of a loss that depends on the colours alone.
  public init(red: [Float], green: [Float], blue: [Float]) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }
}

/// The gradient of a loss with respect to everything that a picture depends on.
public struct SplatGradients: Sendable {
  /// Of the Gaussians: each parameter's gradient is in its place.
  public fileprivate(set) var splats: Splats
  /// Of the projected means through the image alone, in 1 / pixels: x and y of every Gaussian.
  /// Densification uses it.
  public fileprivate(set) var means2D: [SIMD2<Float>]
  /// The sums over pixels of its magnitudes (Ye et al., "AbsGS", 2024).
  public fileprivate(set) var absoluteMeans2D: [SIMD2<Float>]
  /// Of a small motion of the camera's frame, viewMatrix' = exp(ξ) viewMatrix.
  public fileprivate(set) var cameraTranslation = SIMD3<Double>.zero
  /// Of a small turn of the camera's frame.
  public fileprivate(set) var cameraRotation = SIMD3<Double>.zero
}

extension Renderer {
  /// Renders `splats` and keeps what a backward pass needs.
  public func forward(_ splats: Splats, from camera: Camera) -> DifferentiablePass {
    guard
      let pass = DifferentiablePass(
        splats.parameters, form: .stored, clusters: splats.clusters, camera: camera,
        settings: settings, pool: pool)
    else { preconditionFailure("too many pairs of a Gaussian and a tile") }
    return pass
  }
}

extension DifferentiablePass {
  /// The picture.
  public var frame: Frame {
    var frame = Frame(
      width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
    frame.withPlanes { planes in
      planes.red.copy(image.red)
      planes.green.copy(image.green)
      planes.blue.copy(image.blue)
      planes.transmittance.copy(image.transmittance)
      planes.depth.copy(image.depth)
      planes.finish(workers: Workers(threads: settings.threads))
    }
    return frame
  }

  /// The gradients of a loss whose gradient with respect to the ``frame`` is `gradient`.
  public func backward(_ gradient: FrameGradient) -> SplatGradients {
    let pixels = camera.width * camera.height
    precondition(
      [gradient.red, gradient.green, gradient.blue].allSatisfy { $0.count == pixels }
        && [gradient.alpha, gradient.depth].allSatisfy { $0.isEmpty || $0.count == pixels },
      "the gradient has the frame's size")
    precondition(
      gradient.depth.isEmpty || settings.includesDepth, "the depth was rendered")
    let room = gradientRoom(
      includesAlpha: !gradient.alpha.isEmpty || !gradient.depth.isEmpty,
      includesDepth: !gradient.depth.isEmpty)
    for pixel in 0..<pixels {
      room.red[pixel] = gradient.red[pixel]
      room.green[pixel] = gradient.green[pixel]
      room.blue[pixel] = gradient.blue[pixel]
      guard room.alpha.count > 0 else { continue }
      room.alpha[pixel] = gradient.alpha.isEmpty ? 0 : gradient.alpha[pixel]
      guard room.depth.count > 0 else { continue }
      let grad = ExpectedDepth.backward(
        accumulated: image.depth[pixel], alpha: 1 - image.transmittance[pixel],
        gradExpected: gradient.depth[pixel])
      room.depth[pixel] = grad.accumulated
      room.alpha[pixel] += grad.alpha
    }

    let count = splatCount
    var result = SplatGradients(
      splats: Splats(count: count, shDegree: shDegree),
      means2D: [SIMD2<Float>](repeating: .zero, count: count),
      absoluteMeans2D: [SIMD2<Float>](repeating: .zero, count: count))
    let moved = result.splats.parameters.withView { parameters in
      result.means2D.withView { means2D in
        result.absoluteMeans2D.withView { absolute in
          backward(room, includesAbsolute: true) { block in
            guard block.isVisible else { return }
            parameters.lanes(ofBlock: block.index).copy(block.parameters.lanes)
            let first = block.index * Lanes.scalarCount
            for lane in 0..<min(Lanes.scalarCount, count - first) {
              let projected = block.projected
              means2D[first + lane] = SIMD2(projected.meanX[lane], projected.meanY[lane])
              absolute[first + lane] = SIMD2(projected.absoluteX[lane], projected.absoluteY[lane])
            }
          }
        }
      }
    }
    (result.cameraTranslation, result.cameraRotation) = moved.pose(at: camera.viewMatrix)
    return result
  }
}

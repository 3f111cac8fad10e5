package import SplatCore
package import SplatRendering

/// Weights that define a loss of a picture: the weighted sum of its planes.
package struct ImageWeights: Sendable {
  package var red: [Float], green: [Float], blue: [Float], alpha: [Float]
  /// Of the accumulated depth; empty if the loss does not depend on it.
  package var depth: [Float] = []

  package init(red: [Float], green: [Float], blue: [Float], alpha: [Float]) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }

  /// Draws weights from the standard normal distribution.
  package init(pixels: Int, seed: UInt64, includesDepth: Bool = false) {
    var random = RandomSource(seed: seed, purpose: .testing, position: 1)
    func plane() -> [Float] { (0..<pixels).map { _ in random.normal() } }
    red = plane()
    green = plane()
    blue = plane()
    alpha = plane()
    if includesDepth { depth = plane() }
  }

  /// The loss of a picture of the reference renderer.
  package func loss(_ pixels: [ReferenceRenderer.Pixel]) -> Double {
    pixels.enumerated().reduce(0) { sum, item in
      let (index, pixel) = item
      return sum + Double(red[index]) * pixel.color.x + Double(green[index]) * pixel.color.y
        + Double(blue[index]) * pixel.color.z + Double(alpha[index]) * pixel.alpha
        + (depth.isEmpty ? 0 : Double(depth[index]) * pixel.accumulatedDepth)
    }
  }
}

/// A picture from the production renderer, and the gradient of a loss of it.
package struct RenderingRun {
  package var frame: Frame
  /// The projected Gaussians.
  package var records: [ProjectedSplat]
  /// In the layout of the model's parameters.
  package var gradients: ParameterBlocks
  /// With respect to the projected Gaussians: mean, conic, opacity, colour, and the absolute
  /// mean's.
  package var projected: ParameterBlocks
  package var camera: CameraGradient
  /// The number of Gaussians that were projected.
  package var visibleCount: Int { records.count }

  package init(
    _ splats: Splats, from camera: Camera, settings: RenderSettings, weights: ImageWeights,
    includesAbsolute: Bool = false, threads: Int? = nil
  ) {
    let workers = Workers(threads: threads)
    let rasterizer = Rasterizer()
    var frame = Frame(
      width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
    var weights = weights
    var gradients = ParameterBlocks(
      count: splats.count, planes: Plane.count(shDegree: splats.shDegree))
    var projected = ParameterBlocks(count: splats.count, planes: 11)
    var records: [ProjectedSplat] = []
    var cameraGradient = CameraGradient()
    let includesDepth = !weights.depth.isEmpty
    splats.parameters.withReadOnlyView { model in
      let pass = rasterizer.prepare(
        model, camera: camera, settings: settings, workers: workers)
      records = pass.recordCounts.enumerated().flatMap { chunk, count in
        (0..<count).map { pass.records[chunk * Projection.chunkSize + $0] }
      }
      frame.withPlanes { image in
        rasterizer.blend(pass, into: image, workers: workers)
        weights.withViews(rowStride: camera.width) { gradImage in
          let slotGradients = rasterizer.backward(
            pass, image: image, gradImage: gradImage, includesAbsolute: includesAbsolute,
            workers: workers)
          gradients.withView { gradients in
            projected.withView { projected in
              let parts = rasterizer.backwardProjection(
                pass, gradients: slotGradients, workers: workers, includesDepth: includesDepth,
                includesCamera: true
              ) { gradient in
                guard gradient.isVisible else { return }
                gradients.lanes(ofBlock: gradient.index).copy(gradient.parameters.lanes)
                gradient.projected.write(to: projected.lanes(ofBlock: gradient.index))
              }
              cameraGradient = CameraGradient(sumOf: parts)
            }
          }
        }
      }
    }
    frame.withPlanes { $0.finish(workers: workers) }
    self.frame = frame
    self.gradients = gradients
    self.projected = projected
    self.records = records
    self.camera = cameraGradient
  }
}

extension ProjectedGradientBlock {
  /// Writes everything except which Gaussians are visible.
  fileprivate func write(to block: LaneBlock) {
    (block[0], block[1]) = (meanX, meanY)
    (block[2], block[3], block[4]) = (conic.xx, conic.xy, conic.yy)
    block[5] = opacity
    block[vector: 6] = color
    (block[9], block[10]) = (absoluteX, absoluteY)
  }
}

extension ImageWeights {
  fileprivate mutating func withViews(rowStride: Int, _ body: (ImageGradients) -> Void) {
    red.withView { red in
      green.withView { green in
        blue.withView { blue in
          alpha.withView { alpha in
            depth.withView { depth in
              body(
                ImageGradients(
                  red: red, green: green, blue: blue, alpha: alpha, depth: depth,
                  rowStride: rowStride))
            }
          }
        }
      }
    }
  }
}

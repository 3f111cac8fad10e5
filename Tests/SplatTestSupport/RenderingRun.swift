package import SplatCore
package import SplatRendering

/// Weights that make a loss of a picture: the sum of its planes times them.
package struct ImageWeights: Sendable {
  package var red: [Float], green: [Float], blue: [Float], alpha: [Float]

  /// Weights of the standard normal distribution.
  package init(pixels: Int, seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing, position: 1)
    func plane() -> [Float] { (0..<pixels).map { _ in random.normal() } }
    red = plane()
    green = plane()
    blue = plane()
    alpha = plane()
  }

  /// The loss of a picture of the reference renderer.
  package func loss(_ pixels: [ReferenceRenderer.Pixel]) -> Double {
    pixels.enumerated().reduce(0) { sum, item in
      let (index, pixel) = item
      return sum + Double(red[index]) * pixel.color.x + Double(green[index]) * pixel.color.y
        + Double(blue[index]) * pixel.color.z + Double(alpha[index]) * pixel.alpha
    }
  }
}

/// A picture by the renderer that ships, and the gradient of a loss of it.
package struct RenderingRun {
  package var frame: Frame
  /// In the layout of the model's parameters.
  package var gradients: ParameterBlocks
  package var camera = CameraGradient()
  /// The number of Gaussians that were projected.
  package var visibleCount = 0

  package init(
    _ splats: Splats, from camera: Camera, settings: RenderSettings, weights: ImageWeights,
    threads: Int? = nil
  ) {
    let workers = Workers(threads: threads)
    let rasterizer = Rasterizer()
    var frame = Frame(
      width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
    var weights = weights
    var gradients = ParameterBlocks(
      count: splats.count, planes: Plane.count(shDegree: splats.shDegree))
    var cameraGradient = CameraGradient()
    var visible = 0
    splats.parameters.storage.withReadOnlyView { parameters in
      let pass = rasterizer.prepare(
        parameters: parameters, count: splats.count, shDegree: splats.shDegree, camera: camera,
        settings: settings, workers: workers)
      visible = pass.visibleCount
      frame.withPlanes { image in
        rasterizer.blend(pass, into: image, workers: workers)
        weights.withViews(rowStride: camera.width) { gradImage in
          let slotGradients = rasterizer.backward(
            pass, image: image, gradImage: gradImage, includesAbsolute: false, workers: workers)
          gradients.storage.withView { all in
            cameraGradient = rasterizer.backwardProjection(
              pass, parameters: parameters, gradients: slotGradients, workers: workers,
              includesCamera: true
            ) { block, isVisible, gradParameters, _, _ in
              if isVisible { all.copy(gradParameters, to: block * gradParameters.count) }
            }
          }
        }
      }
    }
    // The rasterizer leaves the transmittance where alpha belongs.
    frame.alpha = frame.alpha.map { 1 - $0 }
    self.frame = frame
    self.gradients = gradients
    self.camera = cameraGradient
    visibleCount = visible
  }
}

extension ImageWeights {
  fileprivate mutating func withViews(rowStride: Int, _ body: (ImageGradients) -> Void) {
    red.withView { red in
      green.withView { green in
        blue.withView { blue in
          alpha.withView { alpha in
            body(
              ImageGradients(red: red, green: green, blue: blue, alpha: alpha, rowStride: rowStride)
            )
          }
        }
      }
    }
  }
}

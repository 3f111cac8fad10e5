package import SplatCore
package import SplatMetrics
package import SplatRendering

/// Renders a model beside the photos that it learns from, and takes gradients of the renders back; owns the memory
/// for that.
final class Easel {
  private let rasterizer = Rasterizer()
  private let target = TrainingTarget()
  private let loss = PhotometricLoss()
  private let transmittance = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private let workers: Workers

  init(workers: Workers) { self.workers = workers }

  /// A photo beside its render.
  struct Drawing {
    let pass: Rasterizer.Pass
    let image: ImagePlanes
    let images: ImagePair
    /// Room for the gradient of the render's three channels, height x width each.
    let gradient: [BufferView<Float>]
  }

  /// Renders the Gaussians as `view` sees them; pixels that its mask leaves out are 0.
  func draw(
    _ view: TrainingView, parameters: BufferView<Float>, count: Int, shDegree: Int,
    settings: RenderSettings
  ) -> Drawing {
    let (width, height) = (view.camera.width, view.camera.height)
    let images = target.images(for: view, background: settings.background, workers: workers)
    let pass = rasterizer.prepare(
      parameters: parameters, count: count, shDegree: shDegree, camera: view.camera,
      settings: settings, workers: workers)
    let image = ImagePlanes(
      of: images.render, transmittance: transmittance.view(count: images.render.planeSize))
    rasterizer.blend(pass, into: image, workers: workers)
    images.applyMask(workers: workers)
    let gradient = gradients.view(count: 3 * width * height)
    return Drawing(
      pass: pass, image: image, images: images,
      gradient: (0..<3).map { gradient.slice($0 * width * height..<($0 + 1) * width * height) })
  }

  /// The loss of a drawing, whose gradient it writes.
  func evaluate(_ drawing: Drawing, terms: [WeightedTerm]) -> PhotometricLoss.Value {
    loss.evaluate(drawing.images, terms: terms, gradient: drawing.gradient, workers: workers)
  }

  /// Takes the gradient of a drawing back to the parameters; `body` is that of
  /// ``Rasterizer/backwardProjection(_:parameters:gradients:workers:includesCamera:_:)``.
  @inline(__always)
  func backward(
    _ drawing: Drawing, parameters: BufferView<Float>, includesAbsolute: Bool,
    _ body:
      @Sendable (
        _ block: Int, _ isVisible: Bool, _ gradParameters: BufferView<Float>,
        _ gradImage: BufferView<Float>, _ visible: BufferView<Float>
      ) -> Void
  ) {
    let gradient = drawing.gradient
    let slotGradients = rasterizer.backward(
      drawing.pass, image: drawing.image,
      gradImage: ImageGradients(
        red: gradient[0], green: gradient[1], blue: gradient[2], alpha: gradient[0].slice(0..<0),
        rowStride: drawing.images.render.width),
      includesAbsolute: includesAbsolute, workers: workers)
    _ = rasterizer.backwardProjection(
      drawing.pass, parameters: parameters, gradients: slotGradients, workers: workers, body)
  }
}

extension ImagePlanes {
  /// The planes of the loss as the rasterizer's, without depth.
  package init(of planes: PaddedPlanes, transmittance: BufferView<Float>) {
    func plane(_ channel: Int) -> BufferView<Float> {
      planes.values.slice(planes.rowStart(channel: channel, 0)..<planes.values.count)
    }
    self.init(
      red: plane(0), green: plane(1), blue: plane(2), transmittance: transmittance,
      depth: transmittance.slice(0..<0), rowStride: planes.stride)
  }
}

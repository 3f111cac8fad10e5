package import SplatCore
package import SplatMetrics
package import SplatRendering

/// Renders a model as the photos show it and propagates gradients back; owns the memory for both.
final class PhotoRenderer {
  private let rasterizer = Rasterizer()
  private let target = TrainingTarget()
  private let loss = PhotometricLoss()
  private let transmittance = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private let workers: Workers

  init(workers: Workers) { self.workers = workers }

  /// A photo and its render.
  struct PhotoPass {
    let pass: RenderPass
    let image: ImagePlanes
    let images: ImagePair
    /// Room for the gradient of the render's three channels, height x width each.
    let gradient: [BufferView<Float>]
  }

  /// Renders the Gaussians as `view` sees them; pixels that its mask leaves out are 0.
  func render(_ view: TrainingView, model: ParameterView, settings: RenderSettings) -> PhotoPass {
    let (width, height) = (view.camera.width, view.camera.height)
    let images = target.images(for: view, background: settings.background, workers: workers)
    let pass = rasterizer.prepare(
      model, camera: view.camera, settings: settings, workers: workers)
    let image = ImagePlanes(
      of: images.render, transmittance: transmittance.view(count: images.render.planeSize))
    rasterizer.blend(pass, into: image, workers: workers)
    images.applyMask(workers: workers)
    let gradient = gradients.view(count: 3 * width * height)
    return PhotoPass(
      pass: pass, image: image, images: images,
      gradient: (0..<3).map { gradient.slice($0 * width * height..<($0 + 1) * width * height) })
  }

  /// Returns the loss of a render and writes its gradient.
  func evaluate(_ pass: PhotoPass, terms: [WeightedTerm]) -> PhotometricLoss.Value {
    loss.evaluate(pass.images, terms: terms, gradient: pass.gradient, workers: workers)
  }

  /// Propagates the gradient of a render back to the parameters and passes that of each block to
  /// `body`, as ``Rasterizer/backwardProjection(_:gradients:workers:includesCamera:_:)`` does.
  @inline(__always)
  func backward(
    _ photo: PhotoPass, includesAbsolute: Bool,
    _ body: @Sendable (_ gradient: BlockGradient) -> Void
  ) {
    let gradient = photo.gradient
    let none = gradient[0].slice(0..<0)
    let gradients = rasterizer.backward(
      photo.pass, image: photo.image,
      gradImage: ImageGradients(
        red: gradient[0], green: gradient[1], blue: gradient[2], alpha: none, depth: none,
        rowStride: photo.images.render.width),
      includesAbsolute: includesAbsolute, workers: workers)
    rasterizer.backwardProjection(photo.pass, gradients: gradients, workers: workers, body)
  }
}

extension ImagePlanes {
  /// The planes of the loss in the form of the rasterizer's, without depth.
  package init(of planes: PaddedPlanes, transmittance: BufferView<Float>) {
    func plane(_ channel: Int) -> BufferView<Float> {
      planes.values.slice(planes.rowStart(channel: channel, 0)..<planes.values.count)
    }
    self.init(
      red: plane(0), green: plane(1), blue: plane(2), transmittance: transmittance,
      depth: transmittance.slice(0..<0), rowStride: planes.stride)
  }
}

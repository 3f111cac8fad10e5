package import SplatCore
package import SplatMetrics
package import SplatRendering

/// Renders a model as photos show it, and takes gradients of the renders back; owns the memory for
/// that.
final class PhotoRenderer {
  private let rasterizer = Rasterizer()
  private let loss = PhotometricLoss()
  private let transmittance = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private let maskBuffer = Buffer<Float>()
  private let workers: Workers

  init(workers: Workers) { self.workers = workers }

  /// A photo and its render.
  struct PhotoPass {
    let pass: RenderPass
    let image: ImagePlanes
    let render: PhotometricLoss.Planes
    let photo: PhotometricLoss.Planes
    /// As the loss takes it.
    let mask: BufferView<Float>
    /// Room for the gradient of the render's three channels, height x width each.
    let gradient: [BufferView<Float>]
  }

  /// Renders the Gaussians as `view` sees them; pixels that its mask leaves out are 0.
  func render(_ view: TrainingView, model: ParameterView, settings: RenderSettings) -> PhotoPass {
    let (width, height) = (view.camera.width, view.camera.height)
    let (render, photo) = loss.planes(width: width, height: height)
    TrainingTarget.fill(photo, from: view, background: settings.background, workers: workers)
    let mask = maskBuffer.view(count: view.mask == nil ? 0 : width * height)
    for pixel in 0..<mask.count { mask[pixel] = view.mask?[pixel] == 0 ? 0 : 1 }
    let pass = rasterizer.prepare(
      model, camera: view.camera, settings: settings, workers: workers)
    let image = ImagePlanes(
      of: render, transmittance: transmittance.view(count: render.planeSize))
    rasterizer.blend(pass, into: image, workers: workers)
    TrainingTarget.apply(mask: mask, to: photo, workers: workers)
    TrainingTarget.apply(mask: mask, to: render, workers: workers)
    let gradient = gradients.view(count: 3 * width * height)
    return PhotoPass(
      pass: pass, image: image, render: render, photo: photo, mask: mask,
      gradient: (0..<3).map { gradient.slice($0 * width * height..<($0 + 1) * width * height) })
  }

  /// The loss of a render, whose gradient it writes.
  func evaluate(_ pass: PhotoPass, dssimWeight: Float) -> PhotometricLoss.Value {
    loss.evaluate(
      render: pass.render, photo: pass.photo, mask: pass.mask, dssimWeight: dssimWeight,
      gradient: pass.gradient, workers: workers)
  }

  /// Takes the gradient of a render back to the parameters, and hands those of each block to
  /// `body`, as ``Rasterizer/backwardProjection(_:gradients:workers:includesCamera:_:)`` does.
  @inline(__always)
  func backward(
    _ photo: PhotoPass, includesAbsolute: Bool,
    _ body: @Sendable (_ gradient: BlockGradient) -> Void
  ) {
    let gradient = photo.gradient
    let gradients = rasterizer.backward(
      photo.pass, image: photo.image,
      gradImage: ImageGradients(
        red: gradient[0], green: gradient[1], blue: gradient[2], alpha: gradient[0].slice(0..<0),
        rowStride: photo.render.width),
      includesAbsolute: includesAbsolute, workers: workers)
    rasterizer.backwardProjection(photo.pass, gradients: gradients, workers: workers, body)
  }
}

extension ImagePlanes {
  /// The planes of the loss as the rasterizer's, without depth.
  package init(of planes: PhotometricLoss.Planes, transmittance: BufferView<Float>) {
    func plane(_ channel: Int) -> BufferView<Float> {
      planes.values.slice(planes.rowStart(channel: channel, 0)..<planes.values.count)
    }
    self.init(
      red: plane(0), green: plane(1), blue: plane(2), transmittance: transmittance,
      depth: transmittance.slice(0..<0), rowStride: planes.stride)
  }
}

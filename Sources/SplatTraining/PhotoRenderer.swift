package import SplatCore
package import SplatMetrics
package import SplatRendering

/// Renders a model as the photos show it and propagates gradients back; owns the memory for both.
final class PhotoRenderer {
  /// One for each photo of a step: it keeps the photo's projected Gaussians until the gradients of
  /// all photos are known. Images are kept for one photo only.
  private var rasterizers = [Rasterizer()]
  private let sums = GradientSums()
  private let target = TrainingTarget()
  private let loss = PhotometricLoss()
  private let transmittance = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private let appearanceMemory = Appearance.Memory()
  private let depth = Buffer<Float>()
  private let depthTarget = DepthTarget()
  private let workers: Workers

  init(workers: Workers) { self.workers = workers }

  /// A photo and its render.
  struct PhotoPass {
    let rasterizer: Rasterizer
    let pass: RenderPass
    let image: ImagePlanes
    let images: ImagePair
    /// Room for the gradient of the render's three channels, height x width each.
    let gradient: [BufferView<Float>]
    /// What was applied to the render; nil if nothing was.
    let appearance: Appearance?
    /// What lies behind the scene in both images.
    let background: SIMD3<Float>
    /// The weights of its pixels; nil if everything counts.
    var weights: RobustWeights?
    /// The gradient of alpha by way of the appearance; nil if there is none.
    var alphaGradient: BufferView<Float>?
    /// The gradients of the loss of depth; nil if there is none.
    var depthGradients: DepthTarget.Gradients?
  }

  /// Renders the Gaussians as the photo of `fitted` shows them; pixels that its mask leaves out are
  /// 0.
  ///
  /// - Parameters:
  ///   - clusters: The boxes of the model's clusters, if they are known.
  ///   - place: The place of the photo among those that are rendered before gradients are
  ///     propagated back.
  func render(
    _ fitted: FittedView, model: ParameterView, clusters: ClusterBoxes? = nil,
    settings: RenderSettings, place: Int = 0
  ) -> PhotoPass {
    while rasterizers.count <= place { rasterizers.append(Rasterizer()) }
    let rasterizer = rasterizers[place]
    let pass = rasterizer.prepare(
      model, clusters: clusters, camera: fitted.view.camera,
      settings: fitted.drawn(with: settings), workers: workers)
    return draw(pass, by: rasterizer, as: fitted, settings: settings)
  }

  /// Renders the picture at a place of `shared` as the photo of `fitted` shows it.
  func render(
    _ fitted: FittedView, shared: SharedPictures, place: Int, settings: RenderSettings
  ) -> PhotoPass {
    let (rasterizer, splats) = shared.splats(
      place, camera: fitted.view.camera, settings: fitted.drawn(with: settings))
    let lists = rasterizer.bin(splats, workers: workers)
    let pass = rasterizer.sort(splats, lists, workers: workers)
    return draw(pass, by: rasterizer, as: fitted, settings: settings)
  }

  private func draw(
    _ pass: RenderPass, by rasterizer: Rasterizer, as fitted: FittedView, settings: RenderSettings
  ) -> PhotoPass {
    let (view, appearance) = (fitted.view, fitted.appearance)
    let (width, height) = (view.camera.width, view.camera.height)
    let images = target.images(for: view, background: settings.background, workers: workers)
    let planeSize = images.render.planeSize
    let image = ImagePlanes(
      of: images.render, transmittance: transmittance.view(count: planeSize),
      depth: depth.view(count: settings.includesDepth ? planeSize : 0))
    rasterizer.blend(pass, into: image, workers: workers)
    appearance?.apply(
      to: images, transmittance: image.transmittance, background: settings.background,
      memory: appearanceMemory, workers: workers)
    images.applyMask(workers: workers)
    let gradient = gradients.view(count: 3 * width * height)
    return PhotoPass(
      rasterizer: rasterizer, pass: pass, image: image, images: images,
      gradient: (0..<3).map { gradient.slice($0 * width * height..<($0 + 1) * width * height) },
      appearance: appearance, background: settings.background)
  }

  /// Returns the loss of a render and writes its gradient, that of the model's light.
  ///
  /// - Parameter robustLevel: See ``RobustWeights``; nil if everything counts.
  /// - Returns: The loss, and the gradient of the appearance if there is one.
  func evaluate(_ photo: inout PhotoPass, terms: [WeightedTerm], robustLevel: Float? = nil)
    -> (value: PhotometricLoss.Value, appearance: Appearance.Gradient?)
  {
    let value = loss.evaluate(
      photo.images, terms: terms, gradient: photo.gradient, workers: workers)
    photo.weights = robustWeights(of: photo, level: robustLevel)
    weigh(photo.gradient, of: photo, by: photo.weights)
    let back = photo.appearance?.backward(
      photo.images, gradient: photo.gradient, transmittance: photo.image.transmittance,
      background: photo.background, memory: appearanceMemory, workers: workers)
    photo.alphaGradient = back?.alpha
    return (value, back?.parameters)
  }

  /// Adds the loss of a photo's depth: returns it, and keeps its gradients for
  /// ``picture(_:includesAbsolute:)``.
  func evaluateDepth(_ photo: inout PhotoPass, sources: [DepthTarget.Source]) -> Double {
    let (width, height) = (photo.images.render.width, photo.images.render.height)
    let (loss, gradients) = depthTarget.evaluate(
      sources, image: photo.image, width: width, height: height, mask: photo.images.mask,
      workers: workers)
    weigh([gradients.alpha, gradients.depth], of: photo, by: photo.weights)
    photo.depthGradients = gradients
    return loss
  }

  /// The weights of a photo's pixels, before the gradient has gone back through its appearance; nil
  /// if everything counts.
  func robustWeights(of photo: PhotoPass, level: Float?) -> RobustWeights? {
    level.map { RobustWeights(photo.images, level: $0, workers: workers) }
  }

  /// Multiplies planes of a photo with weights, if there are any.
  func weigh(_ planes: [BufferView<Float>], of photo: PhotoPass, by weights: RobustWeights?) {
    guard let weights else { return }
    for plane in planes {
      weights.apply(to: plane, width: photo.images.render.width, workers: workers)
    }
  }

  /// A photo whose render's gradient has been propagated back to the projected Gaussians.
  func picture(_ photo: PhotoPass, includesAbsolute: Bool) -> GradientSums.Picture {
    let gradient = photo.gradient
    let none = gradient[0].slice(0..<0)
    let depth = photo.depthGradients
    if let alpha = photo.alphaGradient, let depth {
      for pixel in 0..<alpha.count { alpha[pixel] += depth.alpha[pixel] }
    }
    let gradients = photo.rasterizer.backward(
      photo.pass, image: photo.image,
      gradImage: ImageGradients(
        red: gradient[0], green: gradient[1], blue: gradient[2],
        alpha: photo.alphaGradient ?? depth?.alpha ?? none,
        depth: depth?.depth ?? none, rowStride: photo.images.render.width),
      includesAbsolute: includesAbsolute, workers: workers)
    return GradientSums.Picture(
      pass: photo.pass, gradients: gradients, includesDepth: depth != nil)
  }

  /// Propagates the gradient of a picture back to the parameters and passes that of each block to
  /// `body`, as ``Rasterizer/backwardProjection(_:gradients:workers:includesCamera:_:)`` does.
  ///
  /// - Returns: The parts of the camera's gradient, in their order.
  @inline(__always) @discardableResult
  func backward(
    _ picture: GradientSums.Picture, includesCamera: Bool = false,
    _ body: @Sendable (_ gradient: BlockGradient) -> Void
  ) -> [CameraGradient] {
    rasterizers[0].backwardProjection(
      picture.pass, gradients: picture.gradients, workers: workers,
      includesDepth: picture.includesDepth, includesCamera: includesCamera, body)
  }

  /// Propagates the gradients of pictures at different places back to the parameters, as
  /// ``GradientSums/backward(_:workers:includesCamera:add:finish:)`` does.
  @inline(__always)
  func backward(
    _ pictures: [GradientSums.Picture], includesCamera: Bool,
    add: @Sendable (_ picture: Int, _ gradient: BlockGradient, _ sum: ParameterBlock) -> Void,
    finish: @Sendable (_ block: Int, _ sum: ParameterBlock) -> Void
  ) -> [[CameraGradient]] {
    sums.backward(
      pictures, workers: workers, includesCamera: includesCamera, add: add, finish: finish)
  }
}

extension ImagePlanes {
  /// The planes of the loss in the form of the rasterizer's, without depth if none is given.
  package init(
    of planes: PaddedPlanes, transmittance: BufferView<Float>, depth: BufferView<Float>? = nil
  ) {
    func plane(_ channel: Int) -> BufferView<Float> {
      planes.values.slice(planes.rowStart(channel: channel, 0)..<planes.values.count)
    }
    self.init(
      red: plane(0), green: plane(1), blue: plane(2), transmittance: transmittance,
      depth: depth ?? transmittance.slice(0..<0), rowStride: planes.stride)
  }
}

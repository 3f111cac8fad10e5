public import SplatCore
import SplatMetrics
public import SplatRendering

/// Compares renders of a model with photos.
public final class QualityMeter {
  private let renderer: Renderer
  private let loss = PhotometricLoss()
  private let gradients = Buffer<Float>()

  /// Creates a meter whose renders have `settings`.
  public init(settings: RenderSettings) { renderer = Renderer(settings: settings) }

  /// PSNR and SSIM of each view; renders are held to 0...1, masked pixels do not count.
  public func quality(of views: [TrainingView], splats: Splats) -> [ViewQuality] {
    views.map { view in
      let frame = renderer.render(splats, from: view.camera)
      return quality(of: frame, view: view)
    }
  }

  /// PSNR and SSIM of one render against the photo of `view`.
  public func quality(of frame: Frame, view: TrainingView) -> ViewQuality {
    let workers = Workers(threads: renderer.settings.threads)
    let (width, height) = (frame.width, frame.height)
    let (render, photo) = loss.planes(width: width, height: height)
    TrainingTarget.fill(
      photo, from: view, background: renderer.settings.background, workers: workers)
    for (channel, plane) in [frame.red, frame.green, frame.blue].enumerated() {
      for y in 0..<height {
        let start = render.rowStart(channel: channel, y)
        for x in 0..<width { render.values[start + x] = min(max(plane[y * width + x], 0), 1) }
      }
    }
    var mask = (view.mask ?? []).map { Float($0 == 0 ? 0 : 1) }
    let scratch = gradients.view(count: 3 * width * height)
    return mask.withView { mask in
      TrainingTarget.apply(mask: mask, to: photo, workers: workers)
      TrainingTarget.apply(mask: mask, to: render, workers: workers)
      let value = loss.evaluate(
        render: render, photo: photo, mask: mask,
        gradient: (0..<3).map { scratch.slice($0 * width * height..<($0 + 1) * width * height) },
        workers: workers)
      return ViewQuality(
        name: view.name, psnr: Trainer.psnr(value.squaredError), ssim: value.ssim)
    }
  }
}

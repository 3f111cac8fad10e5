public import SplatCore
import SplatMetrics
public import SplatRendering

/// Compares renders of a model with photos.
public final class QualityMeter {
  private let renderer: Renderer
  private let target = TrainingTarget()
  private let comparison = ImageComparison()

  /// Creates a meter whose renders have `settings`.
  public init(settings: RenderSettings) { renderer = Renderer(settings: settings) }

  /// The quality of each view; renders are clamped to 0...1, and masked pixels do not count.
  public func quality(of views: [TrainingView], splats: Splats) -> [ViewQuality] {
    views.map { view in
      let frame = renderer.render(splats, from: view.camera)
      return quality(of: frame, view: view)
    }
  }

  /// The quality of one render against the photo of `view`.
  public func quality(of frame: Frame, view: TrainingView) -> ViewQuality {
    let workers = Workers(threads: renderer.settings.threads)
    let images = target.images(
      for: view, background: renderer.settings.background, workers: workers)
    images.render.copy(frame, isClamped: true)
    images.applyMask(workers: workers)
    let value = comparison.compare(images, workers: workers)
    let corrected = ColorCorrection(images, workers: workers)
      .squaredError(images, workers: workers)
    return ViewQuality(
      name: view.name, psnr: PSNR.decibels(squaredError: value.squaredError),
      correctedPSNR: PSNR.decibels(squaredError: corrected), ssim: value.ssim)
  }
}

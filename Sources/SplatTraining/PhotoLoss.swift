import SplatCore
import SplatMetrics
public import SplatRendering

/// The loss that trainings minimise, for loops of one's own: (1 - λ) L1 + λ (1 - SSIM) (Kerbl et
/// al. 2023, equation 7).
public final class PhotoLoss {
  private let target = TrainingTarget()
  private let loss = PhotometricLoss()
  private let terms: [WeightedTerm]
  private let background: SIMD3<Float>
  private let workers: Workers

  /// Prepares to compare pictures with photos.
  ///
  /// - Parameters:
  ///   - dssimWeight: λ, 0...1.
  ///   - background: what lies behind transparent photos, as behind the pictures.
  ///   - threads: the number of threads, or as many as there are cores.
  public init(
    dssimWeight: Float = TrainingSettings().dssimWeight, background: SIMD3<Float> = .zero,
    threads: Int? = nil
  ) {
    var settings = TrainingSettings()
    settings.dssimWeight = dssimWeight
    terms = settings.imageTerms
    self.background = background
    workers = Workers(threads: threads)
  }

  /// The loss of `frame` against the photo of `view`, and its gradient; masked pixels do not count.
  public func evaluate(_ frame: Frame, against view: TrainingView)
    -> (loss: Double, gradient: FrameGradient)
  {
    let (width, height) = (view.camera.width, view.camera.height)
    let images = target.images(for: view, background: background, workers: workers)
    images.render.copy(frame, isClamped: false)
    images.applyMask(workers: workers)
    let zeros = [Float](repeating: 0, count: width * height)
    var gradient = FrameGradient(red: zeros, green: zeros, blue: zeros)
    let value = gradient.red.withView { red in
      gradient.green.withView { green in
        gradient.blue.withView { blue in
          loss.evaluate(images, terms: terms, gradient: [red, green, blue], workers: workers)
        }
      }
    }
    return (value.loss, gradient)
  }
}

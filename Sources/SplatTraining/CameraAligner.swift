public import SplatCore
import SplatMetrics
public import SplatRendering

/// Moves cameras to where their photos fit a model best.
///
/// Where cameras are refined, the model lies as the refined cameras see it: photos that it has not
/// learnt from are compared with it from cameras that have been refined in the same way.
public final class CameraAligner {
  private let renderer: PhotoRenderer
  private let settings: RenderSettings

  /// The steps that a camera takes. The learning rate falls in them from ``rate`` to ``finalRate``,
  /// so that they reach about six pixels far.
  private static let steps = 40
  private static let rate: Float = 0.5, finalRate: Float = 0.02

  /// Creates an aligner whose renders have `settings`.
  public init(settings: RenderSettings) {
    self.settings = settings
    renderer = PhotoRenderer(workers: Workers(threads: settings.threads))
  }

  /// The camera of `view` after it has been moved. The model stays as it is.
  public func camera(of view: TrainingView, alignedTo splats: Splats) -> Camera {
    // The photo's exposure is learnt too, but counts for nothing else.
    var training = TrainingSettings()
    training.frozen = FrozenParameters(Set(ParameterGroup.allCases))
    training.poses.kind = .refine
    training.poses.rate = Self.rate
    training.poses.finalRate = Self.finalRate
    training.poses.warmUp = 0
    // A model that stays as it is gives a camera no way to drift.
    training.poses.weight = 0
    training.appearance.kind = .exposure
    training.appearance.vignettingShare = 0
    let fit = PhotoFit(
      cameras: [view.camera], points: splats.means, extent: 1, settings: training)
    var parameters = PhotoParameters(count: 1, kinds: PhotoParameters.kinds(training))
    for step in 0..<Self.steps {
      let fitted = fit.fitted(view, 0, parameters)
      let (appearance, camera) = splats.parameters.withReadOnlyView { model in
        var pass = renderer.render(fitted, model: model, settings: settings)
        let (_, appearance) = renderer.evaluate(&pass, terms: training.imageTerms)
        let picture = renderer.picture(pass, includesAbsolute: false)
        let camera = CameraGradient(
          sumOf: renderer.backward(picture, includesCamera: true) { _ in })
        return (appearance, camera)
      }
      fit.step(
        &parameters, photo: 0, appearance: appearance, camera: camera,
        progress: Double(step) / Double(Self.steps))
    }
    return fit.fitted(view, 0, parameters).view.camera
  }
}

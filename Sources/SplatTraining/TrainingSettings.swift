import SplatCore

/// How Gaussians are added and taken away during training.
public enum DensificationStrategy: String, Sendable, Codable, CaseIterable {
  /// Clone, split and prune by gradients and opacities (Kerbl et al. 2023), splitting by absolute
  /// gradients (Ye et al., "AbsGS", 2024).
  case adc
  /// Move nearly transparent Gaussians to opaque ones and let noise explore (Kheradmand et al., "3D
  /// Gaussian Splatting as Markov Chain Monte Carlo", 2024).
  case mcmc
}

/// Which image sizes are trained on.
public enum ResolutionScheduleKind: String, Sendable, Codable, CaseIterable {
  /// The photos' own size throughout.
  case full
  /// Small images first, the photos' own size in the end.
  case progressive
}

/// What lies behind the scene during training.
public enum TrainingBackground: Sendable, Codable, Equatable {
  /// One colour, display values of 0...1.
  case color(red: Float, green: Float, blue: Float)
  /// Another colour in every iteration.
  case random
}

/// Every choice that a training run depends on.
public struct TrainingSettings: Sendable, Codable, Equatable {
  /// The number of iterations; each takes one photo.
  public var iterations = 30_000
  /// How many seconds training may take, if that is limited; the schedules then follow the time.
  public var timeLimit: Double?
  /// How Gaussians are added and taken away.
  public var strategy = DensificationStrategy.adc
  /// The largest number of Gaussians there ever are; chosen from the photos if not given.
  public var maximumSplats: Int?
  /// The highest SH degree.
  public var shDegree = 3
  /// After how many iterations the SH degree in use goes up by one.
  public var shInterval = 1000
  /// After how many iterations the SH coefficients beyond the constant take a step: they change
  /// slowly and are three quarters of a Gaussian.
  public var shRestInterval = 4
  /// The seed of all random choices.
  public var seed: UInt64 = 0
  /// Whether opacities make up for the low-pass filter.
  public var isAntialiased = false
  /// What lies behind the scene.
  public var background = TrainingBackground.color(red: 0, green: 0, blue: 0)
  /// The near plane with which the model is to be drawn, in world units, or in a small scene 3 % of
  /// its extent. It is that of the release: so close to the eye a Gaussian no longer looks like an
  /// ellipse, and what was learnt from cameras on the other side of the scene covers the picture.
  /// Photos are learnt with a nearer one, so that nothing comes to be in front of their cameras.
  public var nearPlane: Float = 0.2
  /// No Gaussian is kept nearer to a camera than this share of the distance from it to the nearest
  /// points that training starts from; 0 keeps all.
  public var clearance: Float = 0.5
  /// Which image sizes are trained on.
  public var schedule = ResolutionScheduleKind.progressive
  /// The weight of 1 - SSIM in the loss; that of L1 is the rest.
  public var dssimWeight: Float = 0.2
  /// The number of threads, or as many as there are cores. It never changes the result.
  public var threads: Int?

  /// The learning rates.
  public var rates = LearningRates()
  /// The settings of ``DensificationStrategy/adc``.
  public var adc = AdaptiveDensitySettings()
  /// The settings of ``DensificationStrategy/mcmc``.
  public var mcmc = MonteCarloSettings()

  /// Creates the default settings.
  public init() {}
}

/// Adam's step sizes, those of the released 3DGS code unless noted.
public struct LearningRates: Sendable, Codable, Equatable {
  /// For means, in units of the scene's extent, at the start.
  public var means: Float = 1.6e-4
  /// The same at the end; in between it falls exponentially.
  public var finalMeans: Float = 1.6e-6
  /// For log scales.
  public var logScales: Float = 5e-3
  /// For quaternions.
  public var rotations: Float = 1e-3
  /// For opacity logits, as in the first release.
  public var opacityLogits: Float = 0.05
  /// For the constant SH coefficient.
  public var shConstant: Float = 2.5e-3
  /// For the other SH coefficients: twice the release's, because they take fewer steps.
  public var shRest: Float = 2.5e-3 / 10
  /// After which share of the run the rates of log scales, quaternions, opacity logits and constant
  /// SH coefficients begin to fall, exponentially.
  public var settlingStart = 0.8
  /// What share of them is left at the end: small steps leave less noise.
  public var settledShare: Float = 0.1

  /// Creates the default rates.
  public init() {}

  /// The rate of the means, in units of the scene's extent, after a share `progress` of the run.
  public func means(at progress: Double) -> Float {
    let u = min(max(progress, 0), 1)
    return Float(
      Double.exp(Double.log(Double(means)) * (1 - u) + Double.log(Double(finalMeans)) * u))
  }

  /// All rates as they are after a share `progress` of the run.
  package func settled(at progress: Double) -> LearningRates {
    var rates = self
    rates.means = means(at: progress)
    let u = min(max(progress - settlingStart, 0) / max(1 - settlingStart, 1e-9), 1)
    let share = Float(Double.exp(Double.log(Double(settledShare)) * u))
    rates.logScales *= share
    rates.rotations *= share
    rates.opacityLogits *= share
    rates.shConstant *= share
    return rates
  }
}

/// Adaptive density control's thresholds.
public struct AdaptiveDensitySettings: Sendable, Codable, Equatable {
  /// From which mean gradient of the projected mean, in normalised device units, a Gaussian is
  /// cloned.
  public var cloneGradient: Float = 2e-4
  /// From which mean absolute gradient a Gaussian is split.
  public var splitGradient: Float = 8e-4
  /// The largest scale of a Gaussian that is cloned rather than split, in scene extents.
  public var cloneScale: Float = 0.01
  /// A Gaussian is cloned or split only if it shows more than this of what is wrong, in pixels of
  /// the photos, as a mean over those of some views that it is in, or if it is in none of them.
  public var wrongPixels: Float = 0.5
  /// The number of these views; with 0 the gradients alone decide.
  public var scoredViews = 5
  /// From how many mean errors of a view on a pixel is wrong.
  public var wrongLevel: Float = 1
  /// Gaussians of a lower opacity are pruned.
  public var pruneOpacity: Float = 0.005
  /// Gaussians of a larger scale are pruned after the first opacity reset, in scene extents.
  public var pruneScale: Float = 0.1
  /// To what opacities are reset.
  public var resetOpacity: Float = 0.01
  /// After how many iterations opacities are reset.
  public var resetInterval = 3000
  /// After how many iterations Gaussians are added and pruned.
  public var interval = 100
  /// The first iteration after which that happens.
  public var start = 500
  /// The share of the run after which it stops.
  public var end = 0.5

  /// Creates the default settings.
  public init() {}
}

/// The settings of relocation and noise.
public struct MonteCarloSettings: Sendable, Codable, Equatable {
  /// Gaussians of this opacity or less are relocated.
  public var deadOpacity: Float = 0.005
  /// The weight of the mean opacity in the loss.
  public var opacityWeight: Float = 0.01
  /// The weight of the mean scale in the loss.
  public var scaleWeight: Float = 0.01
  /// The strength of the noise, times the learning rate of the means.
  public var noise: Float = 5e5
  /// By what share the number of Gaussians grows at most in a round.
  public var growth: Float = 0.05
  /// After how many iterations a round of relocation and growth follows.
  public var interval = 100
  /// The first iteration after which that happens.
  public var start = 500
  /// The share of the run after which it stops.
  public var end = 25.0 / 30.0

  /// Creates the default settings.
  public init() {}
}

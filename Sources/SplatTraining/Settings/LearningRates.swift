// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Each setting's declaration says what it means.
import SplatCore

/// The learning rates of Adam, those of the released 3DGS code unless noted.
public struct LearningRates: SettingsGroup {
  @Setting(
    "The learning rate of means at the start of the run.", unit: "scene extents", range: 0...1)
  public var means: Float = 1.6e-4
  @Setting(
    "The learning rate of means at the end of the run; it falls exponentially in between.",
    unit: "scene extents", range: 0...1)
  public var finalMeans: Float = 1.6e-6
  @Setting("The learning rate of log scales.", range: 0...10)
  public var logScales: Float = 5e-3
  @Setting("The learning rate of rotations, as quaternions.", range: 0...10)
  public var rotations: Float = 1e-3
  // As in the first 3DGS release.
  @Setting("The learning rate of opacity logits.", range: 0...10)
  public var opacityLogits: Float = 0.05
  @Setting("The learning rate of constant SH coefficients.", range: 0...10)
  public var shConstant: Float = 2.5e-3
  // Twice the value of the release, because they take fewer steps.
  @Setting("The learning rate of the other SH coefficients.", range: 0...10)
  public var shRest: Float = 2.5e-3 / 10
  @Setting(
    """
    The share of the run after which the learning rates of log scales, rotations, opacity \
    logits and constant SH coefficients fall exponentially.
    """, range: 0...1)
  public var settlingStart = 0.8
  // Small steps leave less noise.
  @Setting("The share of these learning rates that is left at the end of the run.", range: 1e-6...1)
  public var settledShare: Float = 0.1

  /// Creates the default rates.
  public init() {}

  /// The rate of the means, in units of the scene's extent, after a share `progress` of the run.
  public func means(at progress: Double) -> Float {
    let u = min(max(progress, 0), 1)
    return Float(
      Double.exp(Double.log(Double(means)) * (1 - u) + Double.log(Double(finalMeans)) * u))
  }

  /// All rates after a share `progress` of the run.
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

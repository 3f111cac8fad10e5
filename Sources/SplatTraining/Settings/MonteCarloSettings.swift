// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What a setting means stands in its declaration.

/// The settings of ``DensificationStrategy/mcmc``.
public struct MonteCarloSettings: SettingsGroup {
  @Setting("Gaussians of at most this opacity are relocated.", range: 0...1)
  public var deadOpacity: Float = 0.005
  @Setting("The weight of the mean opacity in the loss.", range: 0...)
  public var opacityWeight: Float = 0.01
  @Setting("The weight of the mean scale in the loss.", range: 0...)
  public var scaleWeight: Float = 0.01
  @Setting("The strength of the noise on means, times their learning rate.", range: 0...)
  public var noise: Float = 5e5
  @Setting("The share by which the number of Gaussians grows at most in a round.", range: 0...10)
  public var growth: Float = 0.05
  @Setting(
    "Gaussians are relocated and added every this many iterations.",
    unit: "iterations", range: 1...1e9)
  public var interval = 100
  @Setting(
    "Gaussians are relocated and added only after this iteration.",
    unit: "iterations", range: 0...1e9)
  public var start = 500
  @Setting(
    "The share of the run after which Gaussians are no longer relocated or added.", range: 0...1)
  public var end = 25.0 / 30.0

  /// Creates the default settings.
  public init() {}
}

// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// What a setting means stands in its declaration.

/// The settings of ``DensificationStrategy/adc``.
public struct AdaptiveDensitySettings: SettingsGroup {
  @Setting(
    "Small Gaussians with at least this mean gradient of the projected mean are cloned.",
    unit: "loss per normalised device unit", range: 0...)
  public var cloneGradient: Float = 2e-4
  @Setting(
    "Large Gaussians with at least this mean absolute gradient of the projected mean are split.",
    unit: "loss per normalised device unit", range: 0...)
  public var splitGradient: Float = 8e-4
  @Setting(
    "The largest scale of Gaussians that are cloned; larger ones are split.",
    unit: "scene extents", range: 0...)
  public var cloneScale: Float = 0.01
  @Setting("A split divides scales by this.", range: 1...100)
  public var splitFactor: Float = 1.6
  @Setting(
    """
    Gaussians are cloned or split only if they show more than this of wrong pixels, on average \
    over the scored views that show them, or if none does.
    """, unit: "pixels of the photos", range: 0...)
  public var wrongPixels: Float = 0.5
  @Setting(
    "The number of views scored in each round; with 0 the gradients alone decide.",
    unit: "views", range: 0...1000)
  public var scoredViews = 5
  @Setting(
    "A pixel is wrong from this error on.", unit: "mean errors of its view", range: 0...)
  public var wrongLevel: Float = 1
  @Setting("Gaussians of lower opacity are pruned.", range: 0...1)
  public var pruneOpacity: Float = 0.005
  @Setting(
    "Gaussians of larger scale are pruned after the first opacity reset.",
    unit: "scene extents", range: 0...)
  public var pruneScale: Float = 0.1
  @Setting("Opacities are reset to at most this.", range: 0.0001...0.9999)
  public var resetOpacity: Float = 0.01
  @Setting("Opacities are reset every this many iterations.", unit: "iterations", range: 1...1e9)
  public var resetInterval = 3000
  @Setting(
    "Gaussians are added and pruned every this many iterations.",
    unit: "iterations", range: 1...1e9)
  public var interval = 100
  @Setting(
    "Gaussians are added and pruned only after this iteration.",
    unit: "iterations", range: 0...1e9)
  public var start = 500
  @Setting("The share of the run after which Gaussians are no longer added.", range: 0...1)
  public var end = 0.5

  /// Creates the default settings.
  public init() {}
}

// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// The image sizes to train on.
public enum ResolutionScheduleKind: String, SettingValue, CaseIterable {
  /// The photos' own size throughout.
  case full
  /// Small images first, the photos' own size later.
  case progressive
}

/// The settings of ``ResolutionScheduleKind/progressive``.
public struct ResolutionSettings: SettingsGroup {
  @Setting("The share of the run after which photos have their own size.", range: 0.001...1)
  public var end = 0.5
  @Setting("The largest factor by which photos are made smaller.", range: 1...64)
  public var largestFactor = 4.0
  @Setting("Photos keep a shorter side of at least this.", unit: "pixels", range: 1...100_000)
  public var smallestSide = 48
  @Setting(
    """
    With a time limit, photos are so small that this many iterations as long as the last ones fit \
    in it; there are more, since the first ones are shorter.
    """, unit: "iterations", range: 0...1e9)
  public var fewestIterations = 500

  /// Creates the default settings.
  public init() {}
}

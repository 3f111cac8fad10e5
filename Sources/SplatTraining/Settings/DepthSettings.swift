// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// What the values of depth maps are.
public enum DepthMeaning: String, SettingValue, CaseIterable {
  /// Whichever of the others agrees with the scene's points; metric if there are none.
  case auto
  /// Depths in world units.
  case metric
  /// Depths in another unit, the same for all photos.
  case scaled
  /// Depths up to a scale and a shift of each photo.
  case relative
  /// Inverse depths up to a scale and a shift of each photo, as most networks give them.
  case inverse
}

/// The settings of learning from depths.
public struct DepthSettings: SettingsGroup {
  @Setting(
    "What the values of depth maps are: depths in world units, or what is aligned to points.")
  public var meaning = DepthMeaning.auto
  @Setting(
    "The weight of the relative error of inverse depths in the loss, at the start of the run.",
    range: 0...1000)
  public var weight: Float = 0.5
  @Setting("The same at the end of the run; it falls exponentially in between.", range: 0...1000)
  public var finalWeight: Float = 0.005
  @Setting("Learn from the depths of the points that training starts from, too.")
  public var usesPoints = false
  @Setting("As `weight`, for the depths of points.", range: 0...1000)
  public var pointWeight: Float = 0.1
  @Setting("As `finalWeight`, for the depths of points.", range: 0...1000)
  public var finalPointWeight: Float = 0.01
  @Setting(
    """
    A point whose relative error is this has a quarter of its weight: a surface without points may \
    hide it.
    """, range: 1e-6...1000)
  public var pointErrorLimit: Float = 0.1

  /// Creates the default settings.
  public init() {}
}

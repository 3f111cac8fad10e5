// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// What is learnt about the appearance of each photo.
public enum AppearanceKind: String, SettingValue, CaseIterable {
  /// Exposures if the cameras say, or the photos show, that they differ, or if photos show that
  /// vignetting is strong.
  case auto
  /// Nothing: all photos show the same colours.
  case none
  /// A gain for each channel, exposure and white balance, and the vignetting of each camera.
  case exposure
  /// The same and, for each photo, affine maps of colours that depend on brightness and place.
  case grid

  /// Whether each photo has gains.
  package var includesExposure: Bool { self == .exposure || self == .grid }
}

/// The settings of the photos' appearances.
public struct AppearanceSettings: SettingsGroup {
  @Setting("What is learnt about exposure, white balance and, with grid, tones of each photo.")
  public var kind = AppearanceKind.auto
  @Setting(
    "The learning rate of the logarithms of the gains at the start of the run.", range: 0...1)
  public var rate: Float = 0.05
  @Setting(
    "The same at the end of the run; it falls exponentially in between.", range: 0...1)
  public var finalRate: Float = 5e-4
  @Setting(
    """
    The learning rate of the coefficients of vignetting, which photos of the same camera share; \
    with 0 none is learnt.
    """, unit: "learning rates of the gains", range: 0...1000)
  public var vignettingShare: Float = 0.2
  @Setting(
    """
    Vignetting is learnt, with auto too, where the corners of photos are darker than the middle by \
    this or more, as measured at the scene's points; with 0 it is learnt wherever exposures are.
    """, unit: "stops", range: 0...100)
  public var vignettingStops = 1.0
  @Setting("The weight of the mean square of the logarithms in the loss.", range: 0...1000)
  public var weight: Float = 1e-3
  @Setting(
    """
    With auto, exposures are learnt if they differ by this or more: those that all photos say, or \
    else most of those measured at the scene's points, which must differ by half as much again \
    where cameras are refined.
    """, unit: "stops", range: 0...100)
  public var autoStops = 1.0 / 3
  @Setting(
    "The number of maps along a photo's width, with grid.", unit: "nodes", range: 1...64)
  public var gridWidth = 1
  @Setting(
    "The number of maps along a photo's height, with grid.", unit: "nodes", range: 1...64)
  public var gridHeight = 1
  @Setting(
    "The number of maps from black to white, with grid.", unit: "nodes", range: 1...64)
  public var gridDepth = 4
  @Setting("The learning rate of the maps at the start of the run.", range: 0...1)
  public var gridRate: Float = 0.05
  @Setting(
    "The same at the end of the run; it falls exponentially in between.", range: 0...1)
  public var gridFinalRate: Float = 5e-5
  @Setting(
    """
    The share of the run over which the learning rate of the maps rises from 0: exposures come \
    first.
    """, range: 0...1)
  public var gridWarmUp = 0.1
  @Setting(
    """
    The weight of the variation of a photo's maps in the loss: of the mean squared difference \
    between neighbours along each axis.
    """, range: 0...1e6)
  public var gridVariation: Float = 10
  @Setting("The weight of the mean square of a photo's maps in the loss.", range: 0...1e6)
  public var gridWeight: Float = 3

  /// Creates the default settings.
  public init() {}
}

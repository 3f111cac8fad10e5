// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// The settings of learning less from what does not fit.
public struct RobustSettings: SettingsGroup {
  @Setting(
    """
    Learn less from parts of photos that the model cannot fit, such as people who walk through.
    """)
  public var isOn = false
  @Setting(
    "A part whose error is this many times the median of its photo has half the weight.",
    range: 1...1000)
  public var level: Float = 15
  @Setting("The share of the run after which it begins.", range: 0...1)
  public var start = 0.3

  /// Creates the default settings.
  public init() {}

  /// ``level`` after a share `progress` of the run; nil if everything counts.
  func level(at progress: Double) -> Float? { isOn && progress >= start ? level : nil }
}

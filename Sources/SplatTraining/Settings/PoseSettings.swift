// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// Whether the cameras' poses are learnt.
public enum PoseKind: String, SettingValue, CaseIterable {
  /// Cameras stay where the scene has them.
  case fixed
  /// Cameras move to where their photos fit the model best.
  case refine
}

/// The settings of the cameras' poses.
public struct PoseSettings: SettingsGroup {
  @Setting("Whether cameras stay where the scene has them.")
  public var kind = PoseKind.fixed
  @Setting(
    "The learning rate of poses at the start of the run, by how far points move in the photo.",
    unit: "pixels", range: 0...100)
  public var rate: Float = 0.5
  @Setting(
    "The same at the end of the run; it falls exponentially in between.",
    unit: "pixels", range: 0...100)
  public var finalRate: Float = 0.01
  @Setting(
    "The share of the run over which the learning rate rises from 0: the model comes first.",
    range: 0...1)
  public var warmUp = 0.1

  @Setting(
    "The weight of the square of the motion in the loss, by how far points move in the photo.",
    unit: "for a square pixel", range: 0...1000)
  public var weight: Float = 0.01
  @Setting(
    "Motions beyond this cost as much more as they get longer, no longer the square of it.",
    unit: "pixels", range: 1e-6...1e6)
  public var pullLimit: Float = 0.1

  /// Creates the default settings.
  public init() {}
}

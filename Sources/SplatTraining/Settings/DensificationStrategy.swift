/// A way of adding and removing Gaussians during training, identified by the name of its settings
/// in ``TrainingSettings``.
public struct DensificationStrategy: RawRepresentable, SettingValue, CaseIterable, Hashable {
  /// The name, such as `adc`.
  public let rawValue: String

  /// The strategy with this name; nil if there is none.
  public init?(rawValue: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = found
  }

  /// The strategy whose settings are the property `name` of ``TrainingSettings``.
  init(name: String) { rawValue = name }

  /// All strategies, in the order of their settings.
  public static let allCases = SettingsParts(of: TrainingSettings()).parts
    .filter { $0.part is any DensitySettings }
    .map { DensificationStrategy(name: $0.name) }
}

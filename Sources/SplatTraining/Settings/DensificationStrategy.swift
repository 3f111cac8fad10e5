/// A way of adding and removing Gaussians during training, by the name that its settings have in
/// ``TrainingSettings``.
public struct DensificationStrategy: RawRepresentable, SettingValue, CaseIterable, Hashable {
  /// The name, such as `adc`.
  public let rawValue: String

  /// The strategy of this name, if there is one.
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

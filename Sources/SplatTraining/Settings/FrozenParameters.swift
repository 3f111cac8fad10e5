/// A group of the parameters of Gaussians.
public enum ParameterGroup: String, Sendable, CaseIterable {
  /// The centres.
  case means
  /// The standard deviations along the axes.
  case scales
  /// The orientations.
  case rotations
  /// The opacities.
  case opacities
  /// All SH coefficients.
  case colors
}

/// The groups of parameters that a run does not change.
public struct FrozenParameters: Sendable, Equatable {
  /// The groups.
  public var groups: Set<ParameterGroup>

  /// Creates a choice of groups.
  public init(_ groups: Set<ParameterGroup> = []) { self.groups = groups }

  /// Whether Gaussians may be added and removed, which changes means, scales and opacities.
  package var allowsDensification: Bool {
    groups.isDisjoint(with: [.means, .scales, .opacities])
  }
}

extension FrozenParameters: SettingValue {
  /// Reads comma-separated names of groups.
  public init?(settingText: String) {
    let names = settingText.split(separator: ",", omittingEmptySubsequences: false)
    let groups = names.compactMap { ParameterGroup(rawValue: String($0)) }
    guard groups.count == names.count || settingText.isEmpty else { return nil }
    self.init(Set(groups))
  }

  /// The names of the groups, in the order of their declarations.
  public var settingText: String {
    ParameterGroup.allCases.filter(groups.contains).map(\.rawValue).joined(separator: ",")
  }

  /// The names of all groups.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    "a list of \(ParameterGroup.allCases.map(\.rawValue).joined(separator: ", "))"
  }
}

extension FrozenParameters: Codable {
  /// Decodes ``settingText``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let frozen = Self(settingText: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(Self.expectation(nil)) was expected")
    }
    self = frozen
  }

  /// Encodes ``settingText``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(settingText)
  }
}

extension LearningRates {
  /// The rates, with 0 for frozen parameters.
  func freezing(_ frozen: FrozenParameters) -> LearningRates {
    var rates = self
    for group in frozen.groups {
      switch group {
      case .means: rates.means = 0
      case .scales: rates.logScales = 0
      case .rotations: rates.rotations = 0
      case .opacities: rates.opacityLogits = 0
      case .colors: (rates.shConstant, rates.shRest) = (0, 0)
      }
    }
    return rates
  }
}

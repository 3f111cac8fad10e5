import SplatFiles
import SplatTraining

/// Where the origin of a model's frame lies in the frame of the scene that it was trained on.
struct MapOrigin: Sendable, Equatable {
  /// The place, in world units.
  var place: SIMD3<Double>
}

extension MapOrigin: SettingValue {
  /// Reads three numbers with commas between them.
  init?(settingText: String) {
    let numbers = settingText.split(separator: ",", omittingEmptySubsequences: false)
      .compactMap { Double($0) }
    guard numbers.count == 3, settingText.split(separator: ",").count == 3,
      numbers.allSatisfy(\.isFinite)
    else { return nil }
    self.init(place: SIMD3(numbers))
  }

  /// The numbers, from which the same place is read.
  var settingText: String {
    (0..<3).map { Wording.coordinate(place[$0]) }.joined(separator: ",")
  }

  /// The form of a place.
  static func expectation(_ range: ClosedRange<Double>?) -> String {
    "three numbers with commas between them"
  }
}

extension MapOrigin: Codable {
  /// Decodes ``settingText``.
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let origin = Self(settingText: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(Self.expectation(nil)) were expected")
    }
    self = origin
  }

  /// Encodes ``settingText``.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(settingText)
  }
}

import SplatCore

/// What lies behind the scene during training.
public enum TrainingBackground: Sendable, Equatable {
  /// One colour, display values in 0...1.
  case color(red: Float, green: Float, blue: Float)
  /// A new colour in every iteration.
  case random

  /// The colour, if it is a single one.
  public var color: SIMD3<Float>? {
    if case .color(let red, let green, let blue) = self { SIMD3(red, green, blue) } else { nil }
  }
}

extension TrainingBackground: SettingValue {
  /// Reads `black`, `white`, `random`, `#rrggbb`, or three comma-separated numbers in 0...1.
  public init?(settingText: String) {
    switch settingText.lowercased() {
    case "black": self = .color(red: 0, green: 0, blue: 0)
    case "white": self = .color(red: 1, green: 1, blue: 1)
    case "random": self = .random
    default:
      guard let color = Self.code(settingText) ?? Self.numbers(settingText) else { return nil }
      self = .color(red: color.x, green: color.y, blue: color.z)
    }
  }

  private static func code(_ text: String) -> SIMD3<Float>? {
    guard text.count == 7, text.hasPrefix("#"), text.dropFirst().allSatisfy(\.isHexDigit),
      let code = UInt32(text.dropFirst(), radix: 16)
    else { return nil }
    return SIMD3(Float(code >> 16), Float(code >> 8 & 255), Float(code & 255)) / 255
  }

  private static func numbers(_ text: String) -> SIMD3<Float>? {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
    guard numbers.count == 3 else { return nil }
    let known = numbers.compactMap { $0 }.filter { (0...1).contains($0) }
    return known.count == 3 ? SIMD3(known) : nil
  }

  /// The shortest text that reads back as the same background.
  public var settingText: String {
    guard let color else { return "random" }
    if color == .zero { return "black" }
    if color == .one { return "white" }
    let code = (0..<3).map { channel in
      let digits = String(Int((color[channel].clamped * 255).rounded()), radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }
    let text = "#" + code.joined()
    return Self.code(text) == color ? text : "\(color.x),\(color.y),\(color.z)"
  }

  /// The forms of a background.
  public static func expectation(_ range: ClosedRange<Double>?) -> String {
    "black, white, random, #rrggbb or three numbers in 0...1"
  }
}

extension TrainingBackground: Codable {
  /// Decodes ``settingText``.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let background = Self(settingText: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(Self.expectation(nil)) was expected")
    }
    self = background
  }

  /// Encodes ``settingText``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(settingText)
  }
}

extension Float {
  /// The nearest value in 0...1.
  fileprivate var clamped: Float { min(max(self, 0), 1) }
}

extension TrainingBackground {
  /// The colour behind the scene in an iteration.
  func color(at iteration: Int, seed: UInt64) -> SIMD3<Float> {
    switch self {
    case .color(let red, let green, let blue): return SIMD3(red, green, blue)
    case .random:
      var random = RandomSource(seed: seed, purpose: .background, position: UInt64(iteration))
      return SIMD3(random.uniform(), random.uniform(), random.uniform())
    }
  }
}

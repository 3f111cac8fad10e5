public import ArgumentParser
public import SplatFiles
public import SplatTraining

/// `WIDTHxHEIGHT`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  /// Larger images would take gigabytes each.
  static let largestArea = 100_000_000

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]),
      (1...30_000).contains(width), (1...30_000).contains(height),
      width * height <= Self.largestArea
    else { return nil }
    self.width = width
    self.height = height
  }
}

/// `black`, `white`, `#rrggbb` or, where that makes sense, `random`.
struct BackgroundArgument: ExpressibleByArgument {
  let background: TrainingBackground

  init?(argument: String) {
    switch argument.lowercased() {
    case "black": background = .color(red: 0, green: 0, blue: 0)
    case "white": background = .color(red: 1, green: 1, blue: 1)
    case "random": background = .random
    default:
      guard argument.count == 7, argument.hasPrefix("#"),
        argument.dropFirst().allSatisfy(\.isHexDigit),
        let code = UInt32(argument.dropFirst(), radix: 16)
      else { return nil }
      func part(_ shift: UInt32) -> Float { Float(code >> shift & 255) / 255 }
      background = .color(red: part(16), green: part(8), blue: part(0))
    }
  }

  /// The colour, if it is one.
  var color: SIMD3<Float>? { background.color }
}

extension TrainingBackground {
  /// The colour, if it is a single one.
  var color: SIMD3<Float>? {
    if case .color(let red, let green, let blue) = self { SIMD3(red, green, blue) } else { nil }
  }

  /// The background as it is given on the command line.
  var name: String {
    guard let color else { return "random" }
    if color == .zero { return "black" }
    if color == .one { return "white" }
    let digits = (0..<3).map { channel in
      let text = String(Int((color[channel] * 255).rounded()), radix: 16)
      return text.count < 2 ? "0" + text : text
    }
    return "#" + digits.joined()
  }
}

/// A time such as `90`, `90s`, `10m` or `1h30m`.
struct DurationArgument: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    var total = 0.0
    var digits = ""
    for character in argument.lowercased() {
      if character.isNumber || character == "." {
        digits.append(character)
        continue
      }
      guard let value = Double(digits),
        let unit = ["s": 1.0, "m": 60.0, "h": 3600.0][character]
      else { return nil }
      total += value * unit
      digits = ""
    }
    if !digits.isEmpty {
      guard let value = Double(digits), total == 0 else { return nil }
      total = value
    }
    guard total > 0, total < 1e8 else { return nil }
    seconds = total
  }
}

/// An amount of memory such as `512M`, `8G` or `1.5GB`.
struct ByteCountArgument: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    var text = argument.lowercased()
    if text.hasSuffix("b") { text.removeLast() }
    if text.hasSuffix("i") { text.removeLast() }
    let units: [Character: Double] = ["k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12]
    var unit = 1.0
    if let last = text.last, let factor = units[last] {
      unit = factor
      text.removeLast()
    }
    guard let value = Double(text), value > 0, value * unit < 1e18 else { return nil }
    bytes = Int(value * unit)
  }
}

/// Whole numbers with commas between them.
struct IterationList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers.allSatisfy({ $0 > 0 }) else { return nil }
    values = numbers
  }
}

/// Names of model formats with commas between them.
struct FormatList: ExpressibleByArgument {
  let formats: [ModelFormat]

  static let ply = FormatList(formats: [.ply])

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: ",", omittingEmptySubsequences: false)
    let formats = parts.compactMap { ModelFormat(rawValue: String($0)) }
    guard formats.count == parts.count, formats.allSatisfy(ModelFormat.written.contains) else {
      return nil
    }
    self.formats = formats
  }

  private init(formats: [ModelFormat]) { self.formats = formats }

  var defaultValueDescription: String { formats.map(\.rawValue).joined(separator: ",") }
}

/// Numbers with commas between them.
struct NumberList: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0) }
    guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite) else { return nil }
    values = numbers
  }
}

extension DensificationStrategy: ExpressibleByArgument {}
extension ResolutionScheduleKind: ExpressibleByArgument {}

extension ModelFormat: ExpressibleByArgument {
  /// The formats that can be asked for.
  public static var allValueStrings: [String] { written.map(\.rawValue) }

  /// Creates the format of that name, if it is one that is written.
  public init?(argument: String) {
    guard let format = ModelFormat(rawValue: argument.lowercased()),
      ModelFormat.written.contains(format)
    else { return nil }
    self = format
  }
}

public import ArgumentParser
public import SplatTraining

/// Width and height as `WxH`.
struct ImageSize: ExpressibleByArgument {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x").map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...30_000).contains(width), (1...30_000).contains(height)
    else { return nil }
    self.width = width
    self.height = height
  }
}

/// A colour as `black`, `white`, `random` or `#rrggbb`.
struct ColorOption: ExpressibleByArgument {
  let background: TrainingBackground

  init?(argument: String) {
    switch argument.lowercased() {
    case "black": background = .color(red: 0, green: 0, blue: 0)
    case "white": background = .color(red: 1, green: 1, blue: 1)
    case "random": background = .random
    default:
      guard argument.hasPrefix("#"), argument.count == 7,
        let value = UInt32(argument.dropFirst(), radix: 16)
      else { return nil }
      func channel(_ shift: UInt32) -> Float { Float((value >> shift) & 255) / 255 }
      background = .color(red: channel(16), green: channel(8), blue: channel(0))
    }
  }

  /// The colour; nil if it is to be random.
  var color: SIMD3<Float>? {
    guard case .color(let red, let green, let blue) = background else { return nil }
    return SIMD3(red, green, blue)
  }
}

/// A length of time as `90`, `90s`, `10m` or `2h`.
struct DurationOption: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let unit = argument.last.flatMap { units[$0] }
    guard let value = Double(unit == nil ? argument : String(argument.dropLast())),
      value > 0, value.isFinite
    else { return nil }
    seconds = value * (unit ?? 1)
  }
}

/// An amount of memory as `800M` or `8G`.
struct MemoryOption: ExpressibleByArgument {
  let bytes: Int

  init?(argument: String) {
    let units: [Character: Double] = ["K": 1024, "M": 1_048_576, "G": 1_073_741_824]
    let unit = argument.uppercased().last.flatMap { units[$0] }
    guard let value = Double(unit == nil ? argument : String(argument.dropLast())), value > 0,
      value * (unit ?? 1) < 1e18
    else { return nil }
    bytes = Int(value * (unit ?? 1))
  }
}

extension DensificationStrategy: ExpressibleByArgument {}
extension ResolutionScheduleKind: ExpressibleByArgument {}

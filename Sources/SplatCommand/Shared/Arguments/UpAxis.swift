import ArgumentParser

/// The axis of the world that points up; `auto` if it is to be found.
enum UpAxis: String, ExpressibleByArgument, CaseIterable {
  case x, y, z
  case negativeX = "-x"
  case negativeY = "-y"
  case negativeZ = "-z"
  case auto

  /// The direction, of length 1, if one was chosen.
  var direction: SIMD3<Double>? {
    switch self {
    case .x: SIMD3(1, 0, 0)
    case .y: SIMD3(0, 1, 0)
    case .z: SIMD3(0, 0, 1)
    case .negativeX: SIMD3(-1, 0, 0)
    case .negativeY: SIMD3(0, -1, 0)
    case .negativeZ: SIMD3(0, 0, -1)
    case .auto: nil
    }
  }
}

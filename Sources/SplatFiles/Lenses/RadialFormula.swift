import SplatPlatform

/// The radial part of the formula.
struct RadialFormula {
  let radial: SIMD4<Double>
  let divisor: SIMD3<Double>
  let fieldOfView: Double

  /// The radii at which growth is checked.
  private static let steps = 2048
  /// Below this, atan x / x is the start of its series to all digits.
  private static let smallestArgument = 1e-4

  /// By what a point at the squared radius `square` is multiplied.
  func factor(_ square: Double) -> Double {
    guard fieldOfView == 0 else { return fieldOfViewFactor(square.squareRoot()) }
    let above =
      1 + square * (radial.x + square * (radial.y + square * (radial.z + square * radial.w)))
    let below = 1 + square * (divisor.x + square * (divisor.y + square * divisor.z))
    return below > 0 ? above / below : .nan
  }

  private func fieldOfViewFactor(_ radius: Double) -> Double {
    let slope = 2 * tan(fieldOfView / 2)
    let x = radius * slope
    // The quotient loses its digits near 0.
    return (x < Self.smallestArgument ? 1 - x * x / 3 : atan(x) / x) * slope / fieldOfView
  }

  /// The largest radius, of those that `radius` gives for shares of 0...1, up to which the
  /// distorted radius grows.
  func limit(_ radius: (Double) -> Double) -> Double {
    let steps = Self.steps
    var (last, lastValue) = (0.0, 0.0)
    for step in 1...steps {
      let next = radius(Double(step) / Double(steps))
      let value = next * factor(next * next)
      // Not a number compares as false.
      guard value > lastValue else { break }
      (last, lastValue) = (next, value)
    }
    return last
  }

  /// The radius up to `limit` that is distorted to `value`, by bisection: the function grows there.
  func inverse(of value: Double, limit: Double) -> Double? {
    var (low, high) = (0.0, limit)
    guard value <= high * factor(high * high) else { return nil }
    while true {
      let middle = (low + high) / 2
      guard middle > low, middle < high else { return middle }
      if middle * factor(middle * middle) < value { low = middle } else { high = middle }
    }
  }
}

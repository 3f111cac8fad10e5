/// Real spherical harmonics of any band, by the recurrence of the associated Legendre functions.
///
/// The renderer writes out every polynomial; this computes them from the definition, with the
/// Condon-Shortley sign in the Legendre functions and the sine for negative orders.
package enum ReferenceHarmonics {
  /// The basis functions of bands 0...`degree` at `direction`, of length 1; m = -l...l within a
  /// band.
  package static func basis(_ direction: SIMD3<Double>, degree: Int) -> [Double] {
    var values: [Double] = []
    for l in 0...degree {
      for m in -l...l {
        let order = abs(m)
        let (cosine, sine) = power(direction.x, direction.y, order)
        let angular = m == 0 ? 1 : 2.0.squareRoot() * (m > 0 ? cosine : sine)
        values.append(norm(l, order) * legendre(l, order, direction.z) * angular)
      }
    }
    return values
  }

  /// The real and imaginary parts of (x + iy)ⁿ: sinⁿθ times the cosine and sine of nφ.
  private static func power(_ x: Double, _ y: Double, _ n: Int) -> (Double, Double) {
    (0..<n).reduce((1, 0)) { value, _ in (value.0 * x - value.1 * y, value.0 * y + value.1 * x) }
  }

  /// The associated Legendre function divided by sinᵐθ.
  private static func legendre(_ l: Int, _ m: Int, _ z: Double) -> Double {
    var previous = 0.0
    var value = (0..<m).reduce(1.0) { $0 * -Double(2 * $1 + 1) }
    for degree in stride(from: m + 1, through: l, by: 1) {
      let next =
        (Double(2 * degree - 1) * z * value - Double(degree + m - 1) * previous)
        / Double(degree - m)
      (previous, value) = (value, next)
    }
    return value
  }

  private static func norm(_ l: Int, _ m: Int) -> Double {
    let ratio = stride(from: l - m + 1, through: l + m, by: 1).reduce(1.0) { $0 / Double($1) }
    return (Double(2 * l + 1) / (4 * .pi) * ratio).squareRoot()
  }
}

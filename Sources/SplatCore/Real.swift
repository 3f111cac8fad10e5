#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The number type that the mathematics of a Gaussian is written in.
///
/// The same source serves three types: ``Lanes`` in production, where each lane is another
/// Gaussian, `Float` for a single Gaussian, and `Double` for checking derivatives. Comparisons give
/// a ``Mask``, and both sides of a decision are computed, as vectors require. The standard
/// library's `SIMD` would not do, because the compiler does not specialise comparisons through it.
/// The operators are disfavoured so that code on a concrete type uses that type's own.
@usableFromInline
package protocol Real: Sendable {
  /// The outcome of a comparison: one truth value for each lane.
  associatedtype Mask: Sendable

  /// Creates the number nearest to `value` in every lane.
  init(_ value: Double)
  /// The sum of two numbers.
  @_disfavoredOverload static func + (left: Self, right: Self) -> Self
  /// The difference of two numbers.
  @_disfavoredOverload static func - (left: Self, right: Self) -> Self
  /// The product of two numbers.
  @_disfavoredOverload static func * (left: Self, right: Self) -> Self
  /// The quotient of two numbers.
  @_disfavoredOverload static func / (left: Self, right: Self) -> Self
  /// The negative of a number.
  @_disfavoredOverload static prefix func - (value: Self) -> Self
  /// `self + left * right`, rounded once.
  func addingProduct(_ left: Self, _ right: Self) -> Self
  /// The negation of this number.
  var negated: Self { get }
  /// The absolute value of this number.
  var magnitude: Self { get }
  /// Where this number is smaller than `other`.
  func isLess(than other: Self) -> Mask
  /// Where this number is at most `other`.
  func isAtMost(_ other: Self) -> Mask
  /// This number where `mask` is false and `other` where it is true.
  func replaced(by other: Self, where mask: Mask) -> Self
  /// This number, or `largest` where that is smaller.
  func limited(to largest: Self) -> Self
  /// The square root.
  func squareRoot() -> Self
  /// The exponential function.
  static func exp(_ value: Self) -> Self
  /// Two to the power of a number.
  static func exp2(_ value: Self) -> Self
  /// The natural logarithm of a positive, finite number.
  static func log(_ value: Self) -> Self
}

extension Real {
  /// The smaller of two numbers, lane by lane; `left` where they compare equal or unordered.
  @inlinable @inline(__always)
  package static func minimum(_ left: Self, _ right: Self) -> Self {
    left.replaced(by: right, where: right.isLess(than: left))
  }

  /// The larger of two numbers, lane by lane; `left` where they compare equal or unordered.
  @inlinable @inline(__always)
  package static func maximum(_ left: Self, _ right: Self) -> Self {
    left.replaced(by: right, where: left.isLess(than: right))
  }

  /// Adds `right` to `left`.
  @_disfavoredOverload @inlinable @inline(__always)
  package static func += (left: inout Self, right: Self) { left = left + right }

  /// Subtracts `right` from `left`.
  @_disfavoredOverload @inlinable @inline(__always)
  package static func -= (left: inout Self, right: Self) { left = left - right }

  /// This number, or `largest` where that is smaller.
  @inlinable @inline(__always)
  package func limited(to largest: Self) -> Self { Self.minimum(largest, self) }

  /// This number clamped to two limits.
  @inlinable @inline(__always)
  package func clamped(from low: Self, to high: Self) -> Self {
    Self.minimum(Self.maximum(self, low), high)
  }
}

extension Float: Real {
  /// Whether this number is smaller than `other`.
  @inlinable @inline(__always)
  package func isLess(than other: Float) -> Bool { self < other }
  /// Whether this number is at most `other`.
  @inlinable @inline(__always)
  package func isAtMost(_ other: Float) -> Bool { self <= other }
  /// The negation of this number.
  @inlinable @inline(__always)
  package var negated: Float { -self }
  /// This number, or `other` where `mask` is true.
  @inlinable @inline(__always)
  package func replaced(by other: Float, where mask: Bool) -> Float { mask ? other : self }
  /// The exponential function.
  @usableFromInline package static func exp(_ value: Float) -> Float { expf(value) }
  /// Two to the power of a number.
  @usableFromInline package static func exp2(_ value: Float) -> Float { exp2f(value) }
  /// The natural logarithm.
  @usableFromInline package static func log(_ value: Float) -> Float { logf(value) }
}

extension Double: Real {
  /// Whether this number is smaller than `other`.
  @inlinable @inline(__always)
  package func isLess(than other: Double) -> Bool { self < other }
  /// Whether this number is at most `other`.
  @inlinable @inline(__always)
  package func isAtMost(_ other: Double) -> Bool { self <= other }
  /// The negation of this number.
  @inlinable @inline(__always)
  package var negated: Double { -self }
  /// This number, or `other` where `mask` is true.
  @inlinable @inline(__always)
  package func replaced(by other: Double, where mask: Bool) -> Double { mask ? other : self }
  /// The exponential function.
  @usableFromInline package static func exp(_ value: Double) -> Double { libmExp(value) }
  /// Two to the power of a number.
  @usableFromInline package static func exp2(_ value: Double) -> Double { libmExp2(value) }
  /// The natural logarithm.
  @usableFromInline package static func log(_ value: Double) -> Double { libmLog(value) }
}

// `Double.exp` would hide the C function of the same name inside the extension.
private let libmExp: @Sendable (Double) -> Double = { exp($0) }
private let libmExp2: @Sendable (Double) -> Double = { exp2($0) }
private let libmLog: @Sendable (Double) -> Double = { log($0) }
private let libmCos: @Sendable (Double) -> Double = { cos($0) }

extension Double {
  /// The cosine of an angle in radians.
  package static func cos(_ angle: Double) -> Double { libmCos(angle) }
}

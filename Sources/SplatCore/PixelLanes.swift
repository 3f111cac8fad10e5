/// Sixteen pixels that go through the same arithmetic: two blocks of eight.
///
/// With AVX2 this is two registers, whose chains of instructions run beside each other: one chain alone
/// is longer than a processor looks ahead. With AVX-512 it is one. A concrete type, as ``Lanes`` is.
public typealias PixelLanes = SIMD16<Float>

/// The bit patterns of ``PixelLanes``.
public typealias PixelLanesBits = SIMD16<UInt32>

extension SIMD16 where Scalar == Float {
  /// The bit pattern of every lane.
  @inlinable @inline(__always)
  public var bits: PixelLanesBits { unsafe unsafeBitCast(self, to: PixelLanesBits.self) }

  /// Creates lanes from their bit patterns.
  @inlinable @inline(__always)
  public init(bits: PixelLanesBits) { self = unsafe unsafeBitCast(bits, to: PixelLanes.self) }

  /// The magnitude of every lane.
  @inlinable @inline(__always)
  public var magnitude: Self { Self(bits: bits & PixelLanesBits(repeating: 0x7fff_ffff)) }

  /// The magnitude of every lane with its sign set.
  @inlinable @inline(__always)
  public var negativeMagnitude: Self { Self(bits: bits | PixelLanesBits(repeating: 0x8000_0000)) }

  /// The sums of neighbouring halves: what two blocks have together.
  @inlinable @inline(__always)
  public var halves: Lanes { lowHalf + highHalf }

  /// Two to the power of `value`, for -126 < value < 127, to 2e-7 relative.
  @inlinable @inline(__always)
  public static func exp2(_ value: Self) -> Self {
    // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the mantissa, ready to be added to
    // an exponent: no conversion instruction is needed.
    let magic = Self(repeating: 12_582_912)
    let shifted = value + magic
    let fraction = value - (shifted - magic)
    // Minimax polynomial of 2^x on [-0.5, 0.5] among those of degree 5 that are 1 at 0; off by 9e-8. In
    // three pairs, because what waits for a long chain keeps later instructions from starting.
    let square = fraction * fraction
    let low = Self(repeating: 1).addingProduct(Self(repeating: 6.931_470e-1), fraction)
    let middle = Self(repeating: 2.402_224_2e-1)
      .addingProduct(Self(repeating: 5.550_733_6e-2), fraction)
    let high = Self(repeating: 9.671_513e-3)
      .addingProduct(Self(repeating: 1.326_472_7e-3), fraction)
    let power = low.addingProduct(middle.addingProduct(high, square), square)
    return Self(bits: power.bits &+ (shifted.bits &<< PixelLanesBits(repeating: 23)))
  }
}

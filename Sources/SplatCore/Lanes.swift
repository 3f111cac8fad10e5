/// Eight numbers that go through the same arithmetic: the pixels of a subtile, eight pixels of a
/// row, or eight Gaussians.
///
/// One concrete type, because code that is generic over the width runs about a hundred times
/// slower. Eight floats fill an AVX2 register.
@usableFromInline package typealias Lanes = SIMD8<Float>

/// One truth value for each lane.
@usableFromInline package typealias LanesMask = SIMDMask<SIMD8<Int32>>

/// The bit patterns of ``Lanes``.
@usableFromInline package typealias LanesBits = SIMD8<UInt32>

extension SIMD8: Real where Scalar == Float {
  /// Creates lanes that all hold `value`.
  @inlinable @inline(__always)
  package init(_ value: Double) { self.init(repeating: Float(value)) }

  /// The bit pattern of every lane.
  @inlinable @inline(__always)
  package var bits: LanesBits { unsafe unsafeBitCast(self, to: LanesBits.self) }

  /// Creates lanes from their bit patterns.
  @inlinable @inline(__always)
  package init(bits: LanesBits) { self = unsafe unsafeBitCast(bits, to: Lanes.self) }

  /// Where this number is smaller than `other`.
  @inlinable @inline(__always)
  package func isLess(than other: Self) -> LanesMask { self .< other }

  /// Where this number is at most `other`.
  @inlinable @inline(__always)
  package func isAtMost(_ other: Self) -> LanesMask { self .<= other }

  /// This number where `mask` is false and `other` where it is true.
  @inlinable @inline(__always)
  package func replaced(by other: Self, where mask: LanesMask) -> Self {
    var result = self
    result.replace(with: other, where: mask)
    return result
  }

  // The protocol's default reads an argument twice in generic code, and the compiler does not
  // recognise it as a minimum.

  /// This number, or `largest` where that is smaller, lane by lane.
  @inlinable @inline(__always)
  package func limited(to largest: Self) -> Self {
    largest.replaced(by: self, where: self .< largest)
  }

  /// The magnitude of every lane.
  @inlinable @inline(__always)
  package var magnitude: Self { Self(bits: bits & LanesBits(repeating: 0x7fff_ffff)) }

  /// The negation of every lane.
  @inlinable @inline(__always)
  package var negated: Self { Self(bits: bits ^ LanesBits(repeating: 0x8000_0000)) }

  /// The sum of all lanes, in one fixed order.
  @inlinable @inline(__always)
  package var total: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The sums of all lanes of eight numbers, each in one fixed order.
  @inlinable @inline(__always)
  package static func totals(
    _ a: Self, _ b: Self, _ c: Self, _ d: Self, _ e: Self, _ f: Self, _ g: Self, _ h: Self
  ) -> Self {
    neighbors(neighbors(halves(a, e), halves(b, f)), neighbors(halves(c, g), halves(d, h)))
  }

  /// The sums of all lanes of four numbers, each in the same order.
  @inlinable @inline(__always)
  package static func totals(_ a: Self, _ b: Self, _ c: Self, _ d: Self) -> SIMD4<Float> {
    let pairs = neighbors(halves(a, c), halves(b, d))
    return pairs.evenHalf + pairs.oddHalf
  }

  /// The sums of the halves of two numbers: four lanes of each.
  @inlinable @inline(__always)
  static func halves(_ v: Self, _ w: Self) -> Self {
    Self(lowHalf: v.lowHalf, highHalf: w.lowHalf) + Self(lowHalf: v.highHalf, highHalf: w.highHalf)
  }

  /// The sums of neighbours within each half, first those of `v`, then those of `w`.
  @inlinable @inline(__always)
  static func neighbors(_ v: Self, _ w: Self) -> Self {
    Self(v[0], v[2], w[0], w[2], v[4], v[6], w[4], w[6])
      + Self(v[1], v[3], w[1], w[3], v[5], v[7], w[5], w[7])
  }

  /// The transpose of eight vectors of eight lanes: lane j of result i is lane i of vector j.
  @inlinable @inline(__always)
  package static func transposed(
    _ a: Self, _ b: Self, _ c: Self, _ d: Self, _ e: Self, _ f: Self, _ g: Self, _ h: Self
  ) -> (Self, Self, Self, Self, Self, Self, Self, Self) {
    // Within each half: pairs of lanes of two numbers, then pairs of pairs.
    @inline(__always) func low(_ v: Self, _ w: Self) -> Self {
      Self(v[0], w[0], v[1], w[1], v[4], w[4], v[5], w[5])
    }
    @inline(__always) func high(_ v: Self, _ w: Self) -> Self {
      Self(v[2], w[2], v[3], w[3], v[6], w[6], v[7], w[7])
    }
    @inline(__always) func first(_ v: Self, _ w: Self) -> Self {
      Self(v[0], v[1], w[0], w[1], v[4], v[5], w[4], w[5])
    }
    @inline(__always) func second(_ v: Self, _ w: Self) -> Self {
      Self(v[2], v[3], w[2], w[3], v[6], v[7], w[6], w[7])
    }
    let (ab, cd, ef, gh) = (low(a, b), low(c, d), low(e, f), low(g, h))
    let (hab, hcd, hef, hgh) = (high(a, b), high(c, d), high(e, f), high(g, h))
    let (l0, l1, r0, r1) = (first(ab, cd), second(ab, cd), first(ef, gh), second(ef, gh))
    let (l2, l3, r2, r3) = (first(hab, hcd), second(hab, hcd), first(hef, hgh), second(hef, hgh))
    @inline(__always) func lows(_ v: Self, _ w: Self) -> Self {
      Self(lowHalf: v.lowHalf, highHalf: w.lowHalf)
    }
    @inline(__always) func highs(_ v: Self, _ w: Self) -> Self {
      Self(lowHalf: v.highHalf, highHalf: w.highHalf)
    }
    return (
      lows(l0, r0), lows(l1, r1), lows(l2, r2), lows(l3, r3), highs(l0, r0), highs(l1, r1),
      highs(l2, r2), highs(l3, r3)
    )
  }

  /// 0, 1, 2, ... 7.
  @inlinable @inline(__always)
  package static var ramp: Self { Self(0, 1, 2, 3, 4, 5, 6, 7) }

  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the mantissa. The integer stays
  // there as bits, ready to be added to an exponent, without a conversion instruction.
  @inlinable @inline(__always)
  static var roundingMagic: Self { Self(12_582_912.0) }

  /// The exponential function, to 2e-7 relative; arguments are clamped to -87...88.
  @inlinable @inline(__always)
  package static func exp(_ value: Self) -> Self {
    let held = value.clamped(from: Self(-87), to: Self(88))
    let shifted = roundingMagic.addingProduct(held, log2e)
    let count = shifted - roundingMagic
    // ln 2 in two parts, the first with few enough bits that its product is exact.
    var rest = held.addingProduct(count, Self(-0.693_359_375))
    rest = rest.addingProduct(count, Self(2.121_944_4e-4))
    var power = Self(1.987_569_15e-4)
    power = Self(1.398_199_950_7e-3).addingProduct(power, rest)
    power = Self(8.333_451_907_3e-3).addingProduct(power, rest)
    power = Self(4.166_579_589_4e-2).addingProduct(power, rest)
    power = Self(1.666_666_545_9e-1).addingProduct(power, rest)
    power = Self(5.000_000_120_1e-1).addingProduct(power, rest)
    power = (rest + Self(1)).addingProduct(power, rest * rest)
    return Self(bits: power.bits &+ (shifted.bits &<< LanesBits(repeating: 23)))
  }

  /// Two to the power of `value`, for -126 < value < 127, to 2e-7 relative.
  @inlinable @inline(__always)
  package static func exp2(_ value: Self) -> Self {
    let shifted = value + roundingMagic
    let fraction = value - (shifted - roundingMagic)
    // Minimax polynomial of 2^x on [-0.5, 0.5] among those of degree 5 that are 1 at 0; off by
    // 9e-8. Evaluated in three pairs, because instructions that wait on a long chain keep later
    // ones from starting.
    let square = fraction * fraction
    let low = Self(repeating: 1).addingProduct(Self(repeating: 6.931_470e-1), fraction)
    let middle = Self(repeating: 2.402_224_2e-1)
      .addingProduct(Self(repeating: 5.550_733_6e-2), fraction)
    let high = Self(repeating: 9.671_513e-3)
      .addingProduct(Self(repeating: 1.326_472_7e-3), fraction)
    let power = low.addingProduct(middle.addingProduct(high, square), square)
    return Self(bits: power.bits &+ (shifted.bits &<< LanesBits(repeating: 23)))
  }

  /// The natural logarithm of positive, normal, finite numbers, to 1e-7 of the larger of 1 and the
  /// logarithm.
  @inlinable @inline(__always)
  package static func log(_ value: Self) -> Self {
    // The exponent is split so that the mantissa lies in sqrt(1/2)...sqrt(2).
    let offset = value.bits &- LanesBits(repeating: 0x3f35_04f3)
    let exponentBits = (offset &>> LanesBits(repeating: 23)) &+ LanesBits(repeating: 0x4b00_007f)
    // The bias of 127 leaves room in eight bits for the exponents -126...128 that this split gives.
    let wrapped = LanesBits(repeating: 0x4b00_0000) | (exponentBits & LanesBits(repeating: 0xff))
    let exponent = Self(bits: wrapped) - Self(8_388_608.0 + 127)
    let mantissa = Self(
      bits: (offset & LanesBits(repeating: 0x007f_ffff)) &+ LanesBits(repeating: 0x3f35_04f3))
    let x = mantissa - Self(1)
    var series = Self(7.037_683_629_2e-2)
    series = Self(-1.151_461_031_0e-1).addingProduct(series, x)
    series = Self(1.167_699_874_0e-1).addingProduct(series, x)
    series = Self(-1.242_014_084_6e-1).addingProduct(series, x)
    series = Self(1.424_932_278_7e-1).addingProduct(series, x)
    series = Self(-1.666_805_766_5e-1).addingProduct(series, x)
    series = Self(2.000_071_476_5e-1).addingProduct(series, x)
    series = Self(-2.499_999_399_3e-1).addingProduct(series, x)
    series = Self(3.333_333_117_4e-1).addingProduct(series, x)
    let square = x * x
    var result = series * x * square
    result = result.addingProduct(exponent, Self(-2.121_944_4e-4))
    result = result.addingProduct(square, Self(-0.5))
    return (x + result).addingProduct(exponent, Self(0.693_359_375))
  }
}

extension SIMDMask where Storage == SIMD8<Int32> {
  /// Whether any lane is true.
  @inlinable @inline(__always)
  package var isAnyTrue: Bool {
    let words = unsafe unsafeBitCast(self, to: SIMD4<UInt64>.self)
    let two = words.lowHalf | words.highHalf
    return (two.x | two.y) != 0
  }
}

extension SIMD8 where Scalar == Float {
  /// The nearest whole numbers, for numbers of -2^22...2^22.
  @inlinable @inline(__always)
  package var rounded: Self { self + Self.roundingMagic - Self.roundingMagic }

  /// The nearest integers, for numbers of -2^22...2^22.
  @inlinable @inline(__always)
  package var roundedBits: SIMD8<Int32> {
    let shifted = unsafe unsafeBitCast(self + Self.roundingMagic, to: SIMD8<Int32>.self)
    return shifted &- SIMD8<Int32>(repeating: 0x4b40_0000)
  }
}

extension SIMD8 where Scalar == Float {
  /// The lanes where `mask` is false, and 0 where it is true.
  @inlinable @inline(__always)
  package func zeroed(where mask: LanesMask) -> Self { replaced(by: Self(0), where: mask) }
}

extension Vector3<Lanes> {
  /// The lanes where `mask` is false, and 0 where it is true.
  @inlinable @inline(__always)
  package func zeroed(where mask: LanesMask) -> Self {
    Self(x.zeroed(where: mask), y.zeroed(where: mask), z.zeroed(where: mask))
  }
}

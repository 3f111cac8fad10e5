import SplatCore

/// Numbers as integers of a few bits, and back.
enum Quantum {
  /// Opacities next to 0 and 1 are held this far from them, where the logit is infinite.
  static let opacityMargin: Float = 1e-6

  /// The integer part of a value, held to 0...255; 0 for what is not a number.
  @inline(__always)
  static func byte(_ value: Float) -> UInt8 {
    guard value > 0 else { return 0 }
    return value < 255 ? UInt8(value) : 255
  }

  /// The nearest of 2^bits steps from 0 to 1.
  @inline(__always)
  static func unorm(_ value: Float, bits: UInt32) -> UInt32 {
    let steps = UInt32(1) << bits - 1
    guard value > 0 else { return 0 }
    return value < 1 ? UInt32(value * Float(steps) + 0.5) : steps
  }

  /// The opacity of a logit.
  @inline(__always)
  static func opacity(_ logit: Float) -> Float { 1 / (1 + Float.exp(-logit)) }

  /// The logit of an opacity of 0...1.
  @inline(__always)
  static func logit(_ opacity: Float) -> Float {
    let held = min(max(opacity, opacityMargin), 1 - opacityMargin)
    return Float.log(held / (1 - held))
  }
}

extension Quaternion where Scalar == Float {
  /// The quaternion at length one; no rotation where the length is zero or not finite.
  @inline(__always)
  var unit: Self {
    let length = squaredNorm.squareRoot()
    guard length > 0, length.isFinite else { return Self(w: 1, x: 0, y: 0, z: 0) }
    return self * (1 / length)
  }
}

/// A unit quaternion without its largest part, which the others and a positive sign give back.
struct SmallestThree {
  /// Which part was left out: the index in the order of parts that the format has.
  var largest: Int
  /// The other parts in that order, each at most 1/√2, with the signs that make the largest positive.
  var others: SIMD3<Float>

  /// Takes the largest part out of four.
  @inline(__always)
  init(_ parts: SIMD4<Float>) {
    largest = 0
    for index in 1..<4 where abs(parts[index]) > abs(parts[largest]) { largest = index }
    let sign: Float = parts[largest] < 0 ? -1 : 1
    others = .zero
    var place = 0
    for index in 0..<4 where index != largest {
      others[place] = parts[index] * sign
      place += 1
    }
  }

  @inline(__always)
  init(largest: Int, others: SIMD3<Float>) {
    self.largest = largest
    self.others = others
  }

  /// The four parts.
  @inline(__always)
  var parts: SIMD4<Float> {
    var parts = SIMD4<Float>.zero
    var place = 0
    for index in 0..<4 where index != largest {
      parts[index] = others[place]
      place += 1
    }
    parts[largest] = max(0, 1 - (others * others).sum()).squareRoot()
    return parts
  }
}

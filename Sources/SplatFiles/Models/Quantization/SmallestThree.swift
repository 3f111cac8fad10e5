/// A unit quaternion without its largest part, which the others and a positive sign give back.
struct SmallestThree {
  /// Which part was left out: the index in the order of parts that the format has.
  var largest: Int
  /// The other parts in that order, each at most 1/√2, with the signs that make the largest
  /// positive.
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

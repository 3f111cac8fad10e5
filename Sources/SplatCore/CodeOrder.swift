/// The order of codes, found by a radix sort on several threads.
package enum CodeOrder {
  /// Codes are sorted by so many bits at a time.
  private static let digitBits = 8
  private static let digits = 1 << digitBits
  /// The number of codes of a piece of work.
  private static let pieceSize = 1 << 16

  /// The indices of `codes` in ascending order; ties keep their order.
  package static func of(_ codes: [UInt64]) -> [Int32] {
    // Bits that all codes share need no pass.
    let varying = codes.reduce(0) { $0 | ($1 ^ codes[0]) }
    var (from, to) = (Columns(count: codes.count), Columns(count: codes.count))
    from.fill(codes)
    for shift in stride(from: 0, to: UInt64.bitWidth, by: digitBits)
    where varying >> UInt64(shift) & UInt64(digits - 1) != 0 {
      pass(from, to, shift: UInt64(shift))
      swap(&from, &to)
    }
    return [Int32](count: codes.count) { $0.copy(from.indices) }
  }

  /// Codes and where they come from.
  private struct Columns {
    private let ownedCodes = Buffer<UInt64>(), ownedIndices = Buffer<Int32>()
    let codes: BufferView<UInt64>, indices: BufferView<Int32>

    init(count: Int) {
      codes = ownedCodes.view(count: count)
      indices = ownedIndices.view(count: count)
    }

    func fill(_ values: [UInt64]) {
      for (index, code) in values.enumerated() {
        codes[index] = code
        indices[index] = Int32(index)
      }
    }
  }

  /// Puts the columns in the order of one digit; equal ones keep their order.
  private static func pass(_ from: Columns, _ to: Columns, shift: UInt64) {
    let (codes, indices, workers) = (from.codes, from.indices, Workers())
    let (sortedCodes, sortedIndices) = (to.codes, to.indices)
    @Sendable func digit(_ code: UInt64) -> Int { Int(code >> shift & UInt64(digits - 1)) }
    let pieces = (codes.count + pieceSize - 1) / pieceSize
    @Sendable func range(_ piece: Int) -> Range<Int> {
      piece * pieceSize..<min(codes.count, (piece + 1) * pieceSize)
    }
    var counts = [Int](count: pieces * digits) { counts in
      workers.forEach(pieces) { piece, _ in
        let counts = counts.slice(piece * digits..<(piece + 1) * digits)
        counts.fill(0)
        for index in range(piece) { counts[digit(codes[index])] += 1 }
      }
    }
    // Where each piece writes codes of each digit: those of earlier pieces come first.
    var start = 0
    for digit in 0..<digits {
      for place in stride(from: digit, to: counts.count, by: digits) {
        (counts[place], start) = (start, start + counts[place])
      }
    }
    counts.withView { starts in
      workers.forEach(pieces) { piece, _ in
        let starts = starts.slice(piece * digits..<(piece + 1) * digits)
        for index in range(piece) {
          let target = starts[digit(codes[index])]
          starts[digit(codes[index])] = target + 1
          sortedCodes[target] = codes[index]
          sortedIndices[target] = indices[index]
        }
      }
    }
  }
}

package import SplatCore

/// Which Gaussians of a batch of 64 reach which of a tile's 64 subtiles.
///
/// Written as a word of subtiles for each Gaussian, read as a word of Gaussians for each subtile.
package struct HitMasks: Sendable {
  package static let count = 64

  private let words: BufferView<UInt64>

  /// `words` has room for ``count``.
  package init(words: BufferView<UInt64>) { self.words = words }

  /// The subtiles of a Gaussian, and after ``transpose()`` the Gaussians of a subtile.
  @inline(__always)
  package subscript(index: Int) -> UInt64 {
    get { words[index] }
    nonmutating set { words[index] = newValue }
  }

  /// Makes bit j of word i bit i of word j: squares of 32, 16, ... 1 bits beside the diagonal are
  /// exchanged (Warren, "Hacker's Delight", section 7-3).
  package func transpose() {
    // Eight words at a time; the words to exchange lie in two such groups, or in the halves of one.
    for (distance, mask) in [
      (32, 0xffff_ffff as UInt64), (16, 0x0000_ffff_0000_ffff), (8, 0x00ff_00ff_00ff_00ff),
    ] {
      for start in stride(from: 0, to: Self.count, by: 8) where start & distance == 0 {
        var (low, high) = (words.eight(start), words.eight(start + distance))
        let change = ((low &>> UInt64(distance)) ^ high) & mask
        high ^= change
        low ^= change &<< UInt64(distance)
        words.setEight(start, low)
        words.setEight(start + distance, high)
      }
    }
    for start in stride(from: 0, to: Self.count, by: 8) {
      var w = words.eight(start)
      let four = ((w.lowHalf &>> 4) ^ w.highHalf) & 0x0f0f_0f0f_0f0f_0f0f
      w = SIMD8(lowHalf: w.lowHalf ^ (four &<< 4), highHalf: w.highHalf ^ four)
      var low = SIMD4(w[0], w[1], w[4], w[5])
      var high = SIMD4(w[2], w[3], w[6], w[7])
      let two = ((low &>> 2) ^ high) & 0x3333_3333_3333_3333
      (low, high) = (low ^ (two &<< 2), high ^ two)
      w = SIMD8(low[0], low[1], high[0], high[1], low[2], low[3], high[2], high[3])
      let one = ((w.evenHalf &>> 1) ^ w.oddHalf) & 0x5555_5555_5555_5555
      w.evenHalf ^= one &<< 1
      w.oddHalf ^= one
      words.setEight(start, w)
    }
  }
}

import SplatCore
import SplatRendering
import Testing

@Suite struct HitMasksTests {
  @Test(arguments: UInt64(0)..<20) func everyBitChangesPlaces(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    // A few bits, half of them, and nearly all.
    let share = [3, 50, 97][Int(seed % 3)]
    let original = (0..<HitMasks.count).map { _ in
      (0..<64).reduce(UInt64(0)) { $0 | (random.index(below: 100) < share ? 1 << UInt64($1) : 0) }
    }
    var words = original
    words.withView { view in
      let masks = HitMasks(words: view)
      masks.transpose()
      for i in 0..<64 {
        for j in 0..<64 { #expect(masks[j] >> UInt64(i) & 1 == original[i] >> UInt64(j) & 1) }
      }
      masks.transpose()
    }
    #expect(words == original)
  }
}

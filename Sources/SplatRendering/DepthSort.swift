package import SplatCore

/// A stable radix sort of keys by their depth, nearest first.
package struct DepthSort {
  /// A depth in the upper half and a number in the lower half. Numbers ascend along the unsorted
  /// keys, so that equal depths end up in the order of their numbers.
  package typealias Key = UInt64

  /// Up to this many keys are sorted by insertion.
  private static let insertionLimit = 24
  /// From this many keys on, passes over more bits pay for their larger histograms.
  private static let wideLimit = 2048
  private static let wideDigit = 11
  /// The number of counters that a sort works with.
  package static let counterCount = 1 << wideDigit

  /// The key of a positive `depth`, whose bits order as the depth does, and `number`.
  @inline(__always)
  package static func key(depth: Float, number: Int) -> Key {
    UInt64(depth.bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: number))
  }

  /// Sorts `keys`; `spare` has room for as many, and there is room for ``counterCount`` counters.
  package static func sort(
    _ keys: BufferView<Key>, spare: BufferView<Key>, counters: BufferView<UInt32>
  ) {
    let count = keys.count
    guard count > insertionLimit else { return insertionSort(keys) }
    var varying: Key = 0
    for index in 1..<count { varying |= keys[index] ^ keys[0] }
    let bits = count < wideLimit ? 8 : wideDigit
    var shift = 32
    var (from, to) = (keys, spare)
    while shift < 64, varying >> Key(shift) != 0 {
      // Bits that all keys share need no pass.
      shift += (varying >> Key(shift)).trailingZeroBitCount
      pass(from: from, to: to, shift: shift, counters: counters.slice(0..<1 << bits))
      swap(&from, &to)
      shift += bits
    }
    if from.isSame(as: spare) { keys.copy(spare.slice(0..<count)) }
  }

  private static func insertionSort(_ keys: BufferView<Key>) {
    guard keys.count > 1 else { return }
    for index in 1..<keys.count {
      let key = keys[index]
      var target = index
      while target > 0, keys[target - 1] > key {
        keys[target] = keys[target - 1]
        target -= 1
      }
      keys[target] = key
    }
  }

  private static func pass(
    from: BufferView<Key>, to: BufferView<Key>, shift: Int, counters: BufferView<UInt32>
  ) {
    let mask = Key(counters.count - 1)
    counters.fill(0)
    for index in 0..<from.count {
      counters[Int(truncatingIfNeeded: from[index] >> Key(shift) & mask)] &+= 1
    }
    var sum: UInt32 = 0
    for digit in 0..<counters.count {
      let count = counters[digit]
      counters[digit] = sum
      sum &+= count
    }
    for index in 0..<from.count {
      let key = from[index]
      let digit = Int(truncatingIfNeeded: key >> Key(shift) & mask)
      let target = counters[digit]
      counters[digit] = target &+ 1
      to[Int(target)] = key
    }
  }
}

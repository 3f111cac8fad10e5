/// The bits that are set in a word, the lowest first: Gaussians of a batch, front to back, or
/// subtiles.
struct SetBits: Sequence, IteratorProtocol {
  private var left: UInt64
  private var order = 0

  @inline(__always)
  init(_ word: UInt64) { left = word }

  /// The next bit's index, and how many bits came before it.
  @inline(__always)
  mutating func next() -> (order: Int, index: Int)? {
    guard left != 0 else { return nil }
    let index = left.trailingZeroBitCount
    left &= left &- 1
    let order = order
    self.order = order &+ 1
    return (order, index)
  }
}

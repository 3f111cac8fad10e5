import SplatCore

// The last pixels of a row may be fewer than eight.

extension BufferView where Element == Float {
  /// The first `count` of eight values from `index` on; the others are 0.
  @inline(__always)
  func lanes(_ index: Int, count: Int) -> Lanes {
    count == Lanes.scalarCount ? lanes(index) : lanesOneByOne(index, count)
  }

  // Not inlined: code that works on single lanes makes the compiler scalarise the loop around it.
  @inline(never)
  private func lanesOneByOne(_ index: Int, _ count: Int) -> Lanes {
    var result = Lanes(0)
    for lane in 0..<count { result[lane] = self[index + lane] }
    return result
  }

  /// Sets the first `count` of eight values from `index` on.
  @inline(__always)
  func setLanes(_ index: Int, _ value: Lanes, count: Int) {
    if count == Lanes.scalarCount {
      setLanes(index, value)
    } else {
      setLanesOneByOne(index, value, count)
    }
  }

  @inline(never)
  private func setLanesOneByOne(_ index: Int, _ value: Lanes, _ count: Int) {
    for lane in 0..<count { self[index + lane] = value[lane] }
  }
}

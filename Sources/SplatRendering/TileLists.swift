package import SplatCore

/// The slots that belong to one projected Gaussian, one for each of its tiles.
package struct SlotRange: BitwiseCopyable, Sendable {
  /// The Gaussian's index in the scene.
  package var index: UInt32
  package var first: UInt32
  package var count: UInt32
}

/// The Gaussians of each tile, sorted by depth.
package struct TileLists: Sendable {
  /// All lists, tile by tile: the indices of Gaussians among the projected ones.
  package let entries: BufferView<UInt32>
  /// Where each tile's list starts, and where the last one ends.
  package let starts: BufferView<UInt32>
  /// The slots of every projected Gaussian; empty if they are not kept.
  package let slots: BufferView<SlotRange>
  /// The slot of each entry; empty if they are not kept.
  package let entrySlots: BufferView<UInt32>
  /// Slot indices are below this. Some are unused.
  package let slotCount: Int
  /// Whether the backward pass can start from these lists.
  package var keepsSlots: Bool { slots.count > 0 }

  /// The entries of one tile, front to back.
  package func range(of tile: Int) -> Range<Int> { Int(starts[tile])..<Int(starts[tile + 1]) }

  /// The sum over a projected Gaussian's tiles of its `gradients`, in the order of its slots.
  @inline(__always)
  func sum(_ gradients: BufferView<ProjectedGradient>, of record: Int) -> ProjectedGradient {
    let range = slots[record]
    var sum = ProjectedGradient.zero
    for slot in Int(range.first)..<Int(range.first) + Int(range.count) { sum += gradients[slot] }
    return sum
  }
}

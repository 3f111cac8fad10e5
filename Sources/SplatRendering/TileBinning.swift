package import SplatCore

/// Assigns the Gaussians to the tiles that they reach and sorts those of each tile by depth.
///
/// Gaussians are taken in the order of the scene, so that neighbours in space are neighbours in
/// memory if the scene is ordered that way. Each worker takes a range of Gaussians, records its
/// tile-Gaussian pairs, and writes them to the lists once the tiles' counts are summed. The index
/// of a pair among the recorded ones is its slot: the slots of a Gaussian are contiguous. A tile's
/// list fits a cache and is sorted there, whereas one sort of all Gaussians would make every later
/// step read memory in random order.
package struct TileBinning: Sendable {
  /// The tile of each slot; once all keys are in their lists, the entries of the lists.
  private let tiles = Buffer<UInt32>()
  /// The depth and number of each slot's Gaussian.
  private let slotKeys = Buffer<DepthSort.Key>()
  /// The Gaussian of each slot, among the projected ones.
  private let slotRecords = Buffer<UInt32>()
  /// Where the slots of each chunk of Gaussians end.
  private let slotEnds = Buffer<UInt32>()
  private let counts = Buffer<UInt32>()
  private let keys = Buffer<DepthSort.Key>()
  private let spareKeys = Buffer<DepthSort.Key>()
  private let sortCounters = Buffer<UInt32>()
  private let entrySlots = Buffer<UInt32>()
  private let starts = Buffer<UInt32>()
  private let slots = Buffer<SlotRange>()

  package init() {}

  /// The number of slots that ``fill(_:keepsSlots:workers:)`` needs: an upper bound on the number
  /// of pairs.
  package static func slotCount(_ projected: ProjectedSplats) -> Int {
    projected.tileBounds.reduce(0) { $0 + $1 + 1 }
  }

  /// The largest number of slots that their indices can count.
  package static var slotLimit: Int { Int(UInt32.max) }

  /// The number of bytes that a slot takes here and, for a backward pass, in its gradients.
  package static func slotBytes(isForBackward: Bool) -> Int {
    let list = 4 + 2 * MemoryLayout<DepthSort.Key>.size
    return isForBackward ? list + 8 + 8 + MemoryLayout<ProjectedGradient>.size : list
  }

  /// Records which tiles the Gaussians reach. The lists returned have their lengths, but get their
  /// entries from ``sort(_:workers:)``.
  ///
  /// - Parameter keepsSlots: whether the slots are kept, which only the backward pass needs.
  package func fill(
    _ projected: ProjectedSplats, keepsSlots: Bool, workers: Workers
  ) -> TileLists {
    let (grid, records) = (projected.projection.grid, projected.records)
    let recordCounts = projected.recordCounts
    let chunks = recordCounts.count
    // A tile that is not reached is written too and then overwritten by the next one; the last one
    // needs an extra slot.
    let slotStarts = projected.tileBounds.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1 + 1) }
    let slotCount = slotStarts[chunks]
    let groups = max(1, min(chunks, workers.threads * 4))
    let groupSize = (chunks + groups - 1) / groups
    @Sendable func chunksOfGroup(_ group: Int) -> Range<Int> {
      min(chunks, group * groupSize)..<min(chunks, (group + 1) * groupSize)
    }

    let slotRanges = slots.view(count: keepsSlots ? records.count : 0)
    let slotRecords = slotRecords.view(count: keepsSlots ? slotCount : 0)
    let tiles = tiles.view(count: slotCount)
    let slotKeys = slotKeys.view(count: slotCount)
    let ends = slotEnds.view(count: chunks)
    let stride = grid.count + grid.columns + 2
    let counts = counts.view(count: groups * stride)
    workers.forEach(groups) { group, _ in
      let mine = counts.slice(group * stride..<(group + 1) * stride)
      mine.fill(0)
      for chunk in chunksOfGroup(group) {
        var next = slotStarts[chunk]
        let first = chunk * Projection.chunkSize
        for record in first..<first + recordCounts[chunk] {
          let begin = next
          // All records are read, so that the processor prefetches them.
          let splat = records[record]
          projected.boxes[record].forEachTile(of: splat, grid: grid) { tile, reached in
            tiles[next] = UInt32(truncatingIfNeeded: tile)
            // Slots ascend as records do, so that equal depths end up in the same order by either.
            slotKeys[next] = DepthSort.key(depth: splat.depth, number: keepsSlots ? next : record)
            if keepsSlots { slotRecords[next] = UInt32(truncatingIfNeeded: record) }
            mine[tile] &+= reached
            next += Int(reached)
          }
          if keepsSlots {
            slotRanges[record] = SlotRange(
              index: splat.index, first: UInt32(begin), count: UInt32(next - begin))
          }
        }
        ends[chunk] = UInt32(next)
      }
    }

    let starts = starts.view(count: grid.count + 1)
    let total = turnIntoOffsets(counts, stride: stride, starts: starts, groups: groups)
    let keys = keys.view(count: total)
    workers.forEach(groups) { group, _ in
      let mine = counts.slice(group * stride..<(group + 1) * stride)
      for chunk in chunksOfGroup(group) {
        for slot in slotStarts[chunk]..<Int(ends[chunk]) {
          let tile = Int(tiles[slot])
          let entry = mine[tile]
          mine[tile] = entry &+ 1
          keys[Int(entry)] = slotKeys[slot]
        }
      }
    }
    return TileLists(
      entries: tiles.slice(0..<total), starts: starts, slots: slotRanges,
      entrySlots: entrySlots.view(count: keepsSlots ? total : 0), slotCount: slotCount)
  }

  /// Turns each group's counts, which are `stride` apart, into the indices of its first pairs,
  /// writes where the lists start and returns the number of pairs.
  private func turnIntoOffsets(
    _ counts: BufferView<UInt32>, stride: Int, starts: BufferView<UInt32>, groups: Int
  ) -> Int {
    let tiles = starts.count - 1
    var total: UInt32 = 0
    for tile in 0..<tiles {
      starts[tile] = total
      for group in 0..<groups {
        let index = group * stride + tile
        let count = counts[index]
        counts[index] = total
        total += count
      }
    }
    starts[tiles] = total
    return Int(total)
  }

  /// Fills the lists with their entries, front to back.
  package func sort(_ lists: TileLists, workers: Workers) {
    let keys = keys.view(count: lists.entries.count)
    // One buffer per worker, as long as the longest list, stays in a cache; otherwise sort in the
    // memory that the keys came from.
    let longest = (0..<lists.starts.count - 1).reduce(0) { max($0, lists.range(of: $1).count) }
    let isSmall = workers.threads * longest <= keys.count
    let spare =
      isSmall
      ? spareKeys.view(count: workers.threads * longest) : slotKeys.view(count: keys.count)
    let slotRecords = slotRecords.view(count: lists.keepsSlots ? lists.slotCount : 0)
    let size = DepthSort.counterCount
    let counters = sortCounters.view(count: workers.threads * size)
    workers.forEach(lists.starts.count - 1) { tile, worker in
      let range = lists.range(of: tile)
      let first = isSmall ? worker * longest : range.lowerBound
      DepthSort.sort(
        keys.slice(range), spare: spare.slice(first..<first + range.count),
        counters: counters.slice(worker * size..<(worker + 1) * size))
      for index in range {
        let number = UInt32(truncatingIfNeeded: keys[index])
        if lists.keepsSlots {
          lists.entries[index] = slotRecords[Int(number)]
          lists.entrySlots[index] = number
        } else {
          lists.entries[index] = number
        }
      }
    }
  }
}

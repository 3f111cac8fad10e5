package import SplatCore

/// The slots that belong to one projected Gaussian, one for each of its tiles. Which entry of a tile's
/// list a slot stands for is found when the lists are sorted.
package struct SlotRange: BitwiseCopyable, Sendable {
  package var first: UInt32
  package var count: UInt32
}

/// Hands the Gaussians to the tiles that they reach and sorts each tile's by depth.
///
/// Gaussians are taken in the order of the scene, in which neighbours in space are neighbours in memory
/// as far as the scene's order has it so. Each worker takes a stretch, notes its (tile, Gaussian) pairs,
/// and after the tiles' counts are summed up writes them to their places. The place of a pair in the
/// notes is its slot: the slots of a Gaussian are neighbours. A tile's list fits a cache and is sorted
/// there, while one sort of all Gaussians would leave every later step to read memory in no order.
package struct TileBinning {
  private struct Note: BitwiseCopyable, Sendable {
    var tile: UInt32
    var record: UInt32
  }

  private let notes = Buffer<Note>()
  private let noteEnds = Buffer<UInt32>()
  private let counts = Buffer<UInt32>()
  private let keys = Buffer<DepthSort.Key>()
  private let spareKeys = Buffer<DepthSort.Key>()
  private let sortCounters = Buffer<UInt32>()
  private let entries = Buffer<UInt32>()
  private let slotEntries = Buffer<UInt32>()
  private let starts = Buffer<UInt32>()
  private let slots = Buffer<SlotRange>()

  package init() {}

  /// The tiles' lists.
  package struct Lists: Sendable {
    /// All lists, tile by tile: the places of Gaussians among the projected ones.
    package let entries: BufferView<UInt32>
    /// Where each tile's list starts, and where the last one ends.
    package let starts: BufferView<UInt32>
    /// The slots of every projected Gaussian; none if they are not kept.
    package let slots: BufferView<SlotRange>
    /// The entry of each slot; none if they are not kept.
    package let slotEntries: BufferView<UInt32>
    /// The number of slots.
    fileprivate let slotCount: Int
    /// Whether the way back can start from these lists.
    package var keepsSlots: Bool { slotEntries.count > 0 }

    /// The entries of one tile, front to back.
    package func range(of tile: Int) -> Range<Int> { Int(starts[tile])..<Int(starts[tile + 1]) }
  }

  /// Notes which tiles the Gaussians reach. The lists that it returns have their lengths, and their
  /// entries after ``sort(_:workers:)``.
  ///
  /// - Parameter keepsSlots: whether the slots are kept, which only the way back needs.
  package func fill(_ projected: Rasterizer.Projected, keepsSlots: Bool, workers: Workers) -> Lists
  {
    let (grid, records) = (projected.projection.grid, projected.records)
    let recordCounts = projected.recordCounts
    let chunks = recordCounts.count
    let slotStarts = projected.tileBounds.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let slotCount = slotStarts[chunks]
    let groups = max(1, min(chunks, workers.threads * 4))
    let groupSize = (chunks + groups - 1) / groups
    @Sendable func chunksOfGroup(_ group: Int) -> Range<Int> {
      min(chunks, group * groupSize)..<min(chunks, (group + 1) * groupSize)
    }

    let slotRanges = slots.view(count: keepsSlots ? records.count : 0)
    let notes = notes.view(count: slotCount)
    let ends = noteEnds.view(count: chunks)
    let counts = counts.view(count: groups * grid.count)
    workers.forEach(groups) { group, _ in
      let mine = counts.slice(group * grid.count..<(group + 1) * grid.count)
      mine.fill(0)
      for chunk in chunksOfGroup(group) {
        var next = slotStarts[chunk]
        let first = chunk * Projection.chunkSize
        for place in first..<first + recordCounts[chunk] {
          let begin = next
          forEachTile(of: records[place], in: projected.boxes[place], grid: grid) { tile in
            notes[next] = Note(tile: UInt32(tile), record: UInt32(place))
            mine[tile] &+= 1
            next += 1
          }
          if keepsSlots {
            slotRanges[place] = SlotRange(first: UInt32(begin), count: UInt32(next - begin))
          }
        }
        ends[chunk] = UInt32(next)
      }
    }

    let starts = starts.view(count: grid.count + 1)
    let total = turnIntoPlaces(counts, starts: starts, groups: groups)
    let keys = keys.view(count: total)
    workers.forEach(groups) { group, _ in
      let mine = counts.slice(group * grid.count..<(group + 1) * grid.count)
      for chunk in chunksOfGroup(group) {
        for slot in slotStarts[chunk]..<Int(ends[chunk]) {
          let note = notes[slot]
          let place = mine[Int(note.tile)]
          mine[Int(note.tile)] = place &+ 1
          // Slots rise as records do, so that equal depths end in the same order by either.
          keys[Int(place)] = DepthSort.key(
            depth: records[Int(note.record)].depth, number: keepsSlots ? slot : Int(note.record))
        }
      }
    }
    return Lists(
      entries: entries.view(count: total), starts: starts, slots: slotRanges,
      slotEntries: slotEntries.view(count: keepsSlots ? slotCount : 0), slotCount: slotCount)
  }

  /// Turns each group's counts into the places of its first pairs, writes where the lists start and
  /// returns the number of pairs.
  private func turnIntoPlaces(
    _ counts: BufferView<UInt32>, starts: BufferView<UInt32>, groups: Int
  ) -> Int {
    let tiles = starts.count - 1
    var total: UInt32 = 0
    for tile in 0..<tiles {
      starts[tile] = total
      for group in 0..<groups {
        let place = group * tiles + tile
        let count = counts[place]
        counts[place] = total
        total += count
      }
    }
    starts[tiles] = total
    return Int(total)
  }

  /// Fills the lists with their entries, front to back.
  package func sort(_ lists: Lists, workers: Workers) {
    let total = lists.entries.count
    let keys = keys.view(count: total)
    let tiles = lists.starts.count - 1
    // Room for the longest list for each worker, unless that is more than for all lists.
    let longest = (0..<tiles).reduce(0) { max($0, lists.range(of: $1).count) }
    let isShared = workers.threads * longest > total
    let spare = spareKeys.view(count: isShared ? total : workers.threads * longest)
    let notes = notes.view(count: lists.slotCount)
    let keepsSlots = lists.keepsSlots
    let size = DepthSort.counterCount
    let counters = sortCounters.view(count: workers.threads * size)
    workers.forEach(tiles) { tile, worker in
      let range = lists.range(of: tile)
      let first = isShared ? range.lowerBound : worker * longest
      DepthSort.sort(
        keys.slice(range), spare: spare.slice(first..<first + range.count),
        counters: counters.slice(worker * size..<(worker + 1) * size))
      for index in range {
        let number = UInt32(truncatingIfNeeded: keys[index])
        if keepsSlots {
          lists.entries[index] = notes[Int(number)].record
          lists.slotEntries[Int(number)] = UInt32(index)
        } else {
          lists.entries[index] = number
        }
      }
    }
  }

  /// Calls `body` for each tile of `box` that the ellipse of `splat` reaches, row by row.
  ///
  /// Within a row of tiles the ellipse's widest stretch decides (Hanson et al., "Speedy-Splat", 2025).
  @inline(__always)
  private func forEachTile(
    of splat: ProjectedSplat, in box: TileGrid.Box, grid: TileGrid, _ body: (Int) -> Void
  ) {
    guard box.columns.count > 1, box.rows.count > 1 else {
      for row in box.rows {
        for column in box.columns { body(row * grid.columns + column) }
      }
      return
    }
    let ellipse = EllipseRows(splat)
    for row in box.rows {
      let top = Float(row * TileGrid.tileHeight) + 0.5 - splat.meanY
      let reach = ellipse.reach(of: splat, from: top, to: top + Float(TileGrid.tileHeight - 1))
      let columns = grid.columns(
        from: splat.meanX + reach.lowerBound, to: splat.meanX + reach.upperBound)
      // Rounding must not lead out of the box, for whose tiles alone there is room.
      for column in columns.clamped(to: box.columns) { body(row * grid.columns + column) }
    }
  }
}

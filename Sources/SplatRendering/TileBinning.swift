package import SplatCore

/// An entry of a tile's list: a Gaussian whose ellipse reaches into the tile.
package struct TileEntry: BitwiseCopyable, Sendable {
  /// The Gaussian's place among the projected ones.
  package var record: UInt32
  /// Where the gradient of this Gaussian from this tile goes.
  package var slot: UInt32
}

/// The slots that belong to one projected Gaussian, one for each of its tiles.
package struct SlotRange: BitwiseCopyable, Sendable {
  package var first: UInt32
  package var count: UInt32
}

/// Hands the Gaussians, sorted by depth, to the tiles that they reach.
///
/// Gaussians are appended to the tiles in their order, so that no tile has to sort. Each worker takes a
/// stretch of the order, notes its (tile, Gaussian) pairs, and after the tiles' counts are summed up
/// writes them to their places. The place of a pair in the notes is its slot: the slots of a Gaussian
/// are neighbours.
package struct TileBinning {
  private struct Note: BitwiseCopyable, Sendable {
    var tile: UInt32
    var record: UInt32
  }

  private let notes = Buffer<Note>()
  private let counts = Buffer<UInt32>()
  private let entries = Buffer<TileEntry>()
  private let starts = Buffer<UInt32>()
  private let slots = Buffer<SlotRange>()

  package init() {}

  /// The tiles' lists.
  package struct Lists: Sendable {
    /// All lists, tile by tile.
    package let entries: BufferView<TileEntry>
    /// Where each tile's list starts, and where the last one ends.
    package let starts: BufferView<UInt32>
    /// The slots of every projected Gaussian.
    package let slots: BufferView<SlotRange>
    /// The number of slots; some are not used.
    package let slotCount: Int
  }

  /// Fills the tiles' lists with the Gaussians of `order`, whose lower halves are places in `records`.
  package func fill(
    grid: TileGrid, order: BufferView<DepthSort.Pair>, records: BufferView<ProjectedSplat>,
    workers: Workers
  ) -> Lists {
    let visible = order.count
    let chunks = visible < 4096 ? 1 : min(workers.threads * 2, 64)
    let chunkSize = max(1, (visible + chunks - 1) / chunks)
    let slotRanges = slots.view(count: records.count)
    let chunkStarts = noteOffsets(
      order: order, records: records, chunks: chunks, chunkSize: chunkSize, workers: workers)
    let slotCount = chunkStarts[chunks]
    let notes = notes.view(count: slotCount)
    let counts = counts.view(count: chunks * grid.count)
    let ends = workers.gathering(chunks) { chunk -> Int in
      let mine = counts.slice(chunk * grid.count..<(chunk + 1) * grid.count)
      mine.fill(0)
      var next = chunkStarts[chunk]
      for index in chunk * chunkSize..<min(visible, (chunk + 1) * chunkSize) {
        let place = Int(UInt32(truncatingIfNeeded: order[index]))
        let record = records[place]
        let first = next
        forEachTile(of: record, grid: grid) { tile in
          notes[next] = Note(tile: UInt32(tile), record: UInt32(place))
          mine[tile] &+= 1
          next += 1
        }
        slotRanges[place] = SlotRange(first: UInt32(first), count: UInt32(next - first))
      }
      return next
    }

    let starts = starts.view(count: grid.count + 1)
    var total: UInt32 = 0
    for tile in 0..<grid.count {
      starts[tile] = total
      for chunk in 0..<chunks {
        let place = chunk * grid.count + tile
        let count = counts[place]
        counts[place] = total
        total += count
      }
    }
    starts[grid.count] = total
    let entries = entries.view(count: Int(total))
    workers.forEach(chunks) { chunk, _ in
      let mine = counts.slice(chunk * grid.count..<(chunk + 1) * grid.count)
      for slot in chunkStarts[chunk]..<ends[chunk] {
        let note = notes[slot]
        let place = mine[Int(note.tile)]
        mine[Int(note.tile)] = place &+ 1
        entries[Int(place)] = TileEntry(record: note.record, slot: UInt32(slot))
      }
    }
    return Lists(entries: entries, starts: starts, slots: slotRanges, slotCount: slotCount)
  }

  /// Where each chunk's notes start, with room for every tile under each Gaussian's box.
  private func noteOffsets(
    order: BufferView<DepthSort.Pair>, records: BufferView<ProjectedSplat>, chunks: Int,
    chunkSize: Int, workers: Workers
  ) -> [Int] {
    let sums = workers.gathering(chunks) { chunk -> Int in
      var sum = 0
      for index in chunk * chunkSize..<min(order.count, (chunk + 1) * chunkSize) {
        sum += Int(records[Int(UInt32(truncatingIfNeeded: order[index]))].tileBound)
      }
      return sum
    }
    return sums.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
  }

  /// Calls `body` for each tile that the ellipse of `splat` reaches, row by row.
  ///
  /// Within a row of tiles the ellipse's widest stretch decides (Hanson et al., "Speedy-Splat", 2025).
  @inline(__always)
  private func forEachTile(of splat: ProjectedSplat, grid: TileGrid, _ body: (Int) -> Void) {
    let box = grid.tiles(under: splat)
    guard box.columns.count > 1, box.rows.count > 1 else {
      for row in box.rows {
        for column in box.columns { body(row * grid.columns + column) }
      }
      return
    }
    let ellipse = EllipseRows(splat)
    for row in box.rows {
      let top = Float(row * TileGrid.tileHeight) + 0.5 - splat.meanY
      let reach = ellipse.reach(from: top, to: top + Float(TileGrid.tileHeight - 1))
      let columns = TileGrid.range(
        from: splat.meanX + reach.lowerBound, to: splat.meanX + reach.upperBound,
        tileSize: TileGrid.tileWidth, pixels: grid.width, tiles: grid.columns)
      for column in columns { body(row * grid.columns + column) }
    }
  }
}

import SplatCore

/// What is done with Gaussians at the pixels of a tile.
protocol TileKernel {
  /// Gets ready for the Gaussian in a place of the batch.
  func prepare(place: Int)
  /// Takes the Gaussians of the batch whose bits are set in `hits` over the block whose numbers begin at
  /// `offset`, in order.
  mutating func blend(offset: Int, hits: UInt64)
  /// Takes leave of the Gaussian in a place of the batch.
  func finish(place: Int, entry: Int)
  /// Takes note of a Gaussian that reaches no block, or only such as have stopped.
  func skip(entry: Int)
}

/// The way through a tile: batches of Gaussians front to back, and over each block those of a batch whose
/// ellipses reach it.
///
/// Block by block, the numbers of its pixels stay in registers, and the loop over Gaussians is long enough
/// to be foreseen by the processor; Gaussian by Gaussian, the loop would be over two or three blocks.
struct TileWalk {
  /// How many Gaussians are looked up together.
  static let batchSize = HitMasks.count

  let blocks: TileBlocks
  private let masks: BufferView<TileBlocks.Mask>?
  private let memory: TileMemory.Part

  /// - Parameter masks: room for the blocks of each entry of the lists, unless nobody will read them.
  init(blocks: TileBlocks, masks: BufferView<TileBlocks.Mask>?, memory: TileMemory.Part) {
    self.blocks = blocks
    self.masks = masks
    self.memory = memory
  }

  /// Takes `kernel` over the Gaussians of a `range` of `entries` in order.
  ///
  /// Which blocks a Gaussian reaches is found with `transmittance`, that of the tile's pixels, and kept;
  /// without it, it is as an earlier walk has found it.
  @inline(__always)
  func run<Kernel: TileKernel>(
    _ kernel: inout Kernel, range: Range<Int>, entries: BufferView<UInt32>,
    records: BufferView<ProjectedSplat>, transmittance: BufferView<Float>?
  ) {
    var alive = ~TileBlocks.Mask(0)
    if let transmittance { alive = TileBlocks.alive(transmittance, among: alive) }
    var start = range.lowerBound
    while start < range.upperBound, alive != 0 {
      let batch = start..<min(start + Self.batchSize, range.upperBound)
      // A loop that does little else, so that the processor has many cache misses under way.
      for entry in batch {
        memory.batch[entry - start] = TileGaussian(
          records[Int(entries[entry])], corner: blocks.corner)
      }
      if transmittance != nil {
        findBlocks(batch, among: alive)
      } else if let masks {
        for entry in batch { memory.hits[entry - start] = masks[entry] }
      }
      blend(&kernel, batch)
      if let transmittance { alive = TileBlocks.alive(transmittance, among: alive) }
      start = batch.upperBound
    }
    // What is left lies behind pixels that have all stopped.
    for entry in start..<max(start, range.upperBound) {
      masks?[entry] = 0
      kernel.skip(entry: entry)
    }
  }

  /// Finds the blocks among `alive` that each Gaussian of a batch reaches.
  @inline(__always)
  private func findBlocks(_ batch: Range<Int>, among alive: TileBlocks.Mask) {
    for place in 0..<batch.count {
      memory.reaches[place] = TileBlocks.reach(of: memory.batch[place])
    }
    for place in 0..<batch.count {
      memory.hits[place] = TileBlocks.mask(memory.reaches[place]) & alive
    }
    guard let masks else { return }
    for entry in batch { masks[entry] = memory.hits[entry - batch.lowerBound] }
  }

  /// Takes `kernel` over a batch whose blocks are known.
  @inline(__always)
  private func blend<Kernel: TileKernel>(_ kernel: inout Kernel, _ batch: Range<Int>) {
    var (reached, wanted): (TileBlocks.Mask, UInt64) = (0, 0)
    for place in 0..<batch.count {
      let mask = memory.hits[place]
      reached |= mask
      if mask != 0 {
        wanted |= 1 &<< UInt64(place)
        kernel.prepare(place: place)
      }
    }
    for place in batch.count..<Self.batchSize { memory.hits[place] = 0 }
    memory.hits.transpose()
    while reached != 0 {
      let block = reached.trailingZeroBitCount
      reached &= reached &- 1
      kernel.blend(offset: block &* Lanes.scalarCount, hits: memory.hits[block])
    }
    for place in 0..<batch.count {
      if wanted & (1 &<< UInt64(place)) != 0 {
        kernel.finish(place: place, entry: batch.lowerBound + place)
      } else {
        kernel.skip(entry: batch.lowerBound + place)
      }
    }
  }
}

/// The numbers that a kernel keeps for the pixels of a tile: planes of ``TileBlocks/planeSize`` floats.
///
/// The first two hold the places of the pixel centres, seen from the tile's corner.
struct TilePlanes: Sendable {
  static let firstOwn = 2
  let values: BufferView<Float>

  /// `plane` of the block whose numbers begin at `offset`.
  @inline(__always)
  subscript(plane: Int, offset: Int) -> Lanes {
    get { values.lanes(plane &* TileBlocks.planeSize &+ offset) }
    nonmutating set { values.setLanes(plane &* TileBlocks.planeSize &+ offset, newValue) }
  }

  /// A whole plane.
  func plane(_ index: Int) -> BufferView<Float> {
    values.slice(index * TileBlocks.planeSize..<(index + 1) * TileBlocks.planeSize)
  }

  /// Writes the places of the pixel centres, which are the same for all tiles.
  func fillPlaces() {
    let x = Lanes(0.5, 1.5, 2.5, 3.5, 0.5, 1.5, 2.5, 3.5)
    let y = Lanes(0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5)
    for block in 0..<TileBlocks.count {
      let column = block % TileBlocks.columns * TileBlocks.blockWidth
      let row = block / TileBlocks.columns * TileBlocks.blockHeight
      self[0, block * Lanes.scalarCount] = x + Lanes(Double(column))
      self[1, block * Lanes.scalarCount] = y + Lanes(Double(row))
    }
  }
}

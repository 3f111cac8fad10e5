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
  /// The blocks of each entry of the lists.
  let masks: BufferView<TileBlocks.Mask>
  private let memory: TileMemory.Part

  init(blocks: TileBlocks, masks: BufferView<TileBlocks.Mask>, memory: TileMemory.Part) {
    self.blocks = blocks
    self.masks = masks
    self.memory = memory
  }

  /// Finds the blocks among `alive` that each Gaussian of the batch reaches.
  @inline(__always)
  private func find(_ masks: BufferView<TileBlocks.Mask>, among alive: TileBlocks.Mask) {
    for place in 0..<masks.count {
      memory.reaches[place] = TileBlocks.reach(of: memory.batch[place])
    }
    for place in 0..<masks.count {
      masks[place] = TileBlocks.mask(memory.reaches[place]) & alive
    }
  }

  /// Takes `kernel` over the Gaussians of a `range` of `entries` in order.
  ///
  /// Which blocks a Gaussian reaches is found with `transmittance`, that of the tile's pixels, and left in
  /// ``masks``; without it it is read from there.
  @inline(__always)
  func run<Kernel: TileKernel>(
    _ kernel: inout Kernel, range: Range<Int>, entries: BufferView<UInt32>,
    records: BufferView<ProjectedSplat>, transmittance: BufferView<Float>?
  ) {
    var alive = ~TileBlocks.Mask(0)
    if let transmittance { alive = TileBlocks.alive(transmittance, among: alive) }
    var start = range.lowerBound
    while start < range.upperBound, alive != 0 {
      let size = min(Self.batchSize, range.upperBound - start)
      // A loop that does nothing else, so that the processor has many cache misses under way.
      for place in 0..<size { memory.records[place] = records[Int(entries[start + place])] }
      for place in 0..<size {
        memory.batch[place] = TileGaussian(memory.records[place], of: blocks)
      }
      let masks = masks.slice(start..<start + size)
      if transmittance != nil { find(masks, among: alive) }
      var (reached, wanted): (TileBlocks.Mask, UInt64) = (0, 0)
      for place in 0..<size {
        let mask = masks[place]
        memory.hits[place] = mask
        reached |= mask
        if mask != 0 {
          wanted |= 1 &<< UInt64(place)
          kernel.prepare(place: place)
        }
      }
      for place in size..<max(size, Self.batchSize) { memory.hits[place] = 0 }
      memory.hits.transpose()
      while reached != 0 {
        let block = reached.trailingZeroBitCount
        reached &= reached &- 1
        kernel.blend(offset: block &* Lanes.scalarCount, hits: memory.hits[block])
      }
      for place in 0..<size {
        if wanted & (1 &<< UInt64(place)) != 0 {
          kernel.finish(place: place, entry: start + place)
        } else {
          kernel.skip(entry: start + place)
        }
      }
      if let transmittance { alive = TileBlocks.alive(transmittance, among: alive) }
      start += size
    }
    // What is left lies behind pixels that have all stopped.
    for entry in start..<max(start, range.upperBound) {
      masks[entry] = 0
      kernel.skip(entry: entry)
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

import SplatCore

/// What is done with a Gaussian at the pixels of a tile.
protocol TileKernel {
  /// The transmittance of the tile's pixels, block by block; its sign is set where a pixel has stopped
  /// and outside the image.
  var transmittance: BufferView<Float> { get }
  mutating func begin(_ splat: ProjectedSplat)
  /// Works on two blocks.
  mutating func blend(_ pair: BlockPair)
  mutating func end(_ splat: ProjectedSplat, entry: Int)
  /// Takes note of a Gaussian that reaches no block, or only such as have stopped.
  func skip(entry: Int)
}

/// The way through a tile: its Gaussians front to back, and of each the blocks under its ellipse.
struct TileWalk {
  /// How many Gaussians are looked up together. After each batch the blocks that have stopped are looked
  /// for.
  static let batchSize = 32

  /// A Gaussian of a batch with the blocks that it reaches.
  struct Visit: BitwiseCopyable, Sendable {
    /// Its place in the batch.
    var splat: UInt32
    var blocks: TileBlocks.Mask
  }

  let blocks: TileBlocks
  /// Room for a batch.
  let batch: BufferView<ProjectedSplat>
  let visits: BufferView<Visit>

  /// Takes `kernel` over the Gaussians of a `range` of `entries` in order.
  @inline(__always)
  func run<Kernel: TileKernel>(
    _ kernel: inout Kernel, range: Range<Int>, entries: BufferView<UInt32>,
    records: BufferView<ProjectedSplat>
  ) {
    var alive = TileBlocks.alive(kernel.transmittance, among: ~0)
    var start = range.lowerBound
    while start < range.upperBound, alive != 0 {
      let size = min(Self.batchSize, range.upperBound - start)
      // A loop that does nothing else, so that the processor has many cache misses under way.
      for index in 0..<size { batch[index] = records[Int(entries[start + index])] }
      var count = 0
      for index in 0..<size {
        let reached = blocks.mask(under: batch[index]) & alive
        visits[count] = Visit(splat: UInt32(index), blocks: reached)
        if reached == 0 { kernel.skip(entry: start + index) } else { count += 1 }
      }
      for index in 0..<count {
        let visit = visits[index]
        let splat = batch[Int(visit.splat)]
        kernel.begin(splat)
        var left = visit.blocks
        repeat { kernel.blend(BlockPair(taking: &left)) } while left != 0
        kernel.end(splat, entry: start + Int(visit.splat))
      }
      alive = TileBlocks.alive(kernel.transmittance, among: alive)
      start += size
    }
    // What is left lies behind pixels that have all stopped.
    for entry in start..<max(start, range.upperBound) { kernel.skip(entry: entry) }
  }
}

/// Two blocks of a tile, by where their numbers begin in its planes.
struct BlockPair {
  let first: Int, second: Int

  /// Takes the first two blocks out of `mask`, which has one. If it has no other, the second is the one
  /// outside the image.
  @inline(__always)
  init(taking mask: inout TileBlocks.Mask) {
    first = mask.trailingZeroBitCount &* Lanes.scalarCount
    mask &= mask &- 1
    second = mask.trailingZeroBitCount &* Lanes.scalarCount
    mask &= mask &- 1
  }
}

/// The numbers that a kernel keeps for the pixels of a tile: planes of ``TileBlocks/planeSize`` floats.
///
/// The first two hold the places of the pixel centres, seen from the tile's corner.
struct TilePlanes {
  static let firstOwn = 2
  let values: BufferView<Float>

  /// `plane` of the block whose numbers begin at `offset`.
  @inline(__always)
  subscript(plane: Int, offset: Int) -> Lanes {
    get { values.lanes(plane &* TileBlocks.planeSize &+ offset) }
    nonmutating set { values.setLanes(plane &* TileBlocks.planeSize &+ offset, newValue) }
  }

  /// `plane` of two blocks.
  @inline(__always)
  subscript(plane: Int, pair: BlockPair) -> PixelLanes {
    get { PixelLanes(lowHalf: self[plane, pair.first], highHalf: self[plane, pair.second]) }
    nonmutating set {
      self[plane, pair.first] = newValue.lowHalf
      self[plane, pair.second] = newValue.highHalf
    }
  }

  /// A whole plane.
  func plane(_ index: Int) -> BufferView<Float> {
    values.slice(index * TileBlocks.planeSize..<(index + 1) * TileBlocks.planeSize)
  }

  /// Writes the places of the pixel centres, which are the same for all tiles.
  func fillPlaces() {
    let x = Lanes(0.5, 1.5, 2.5, 3.5, 0.5, 1.5, 2.5, 3.5)
    let y = Lanes(0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5)
    for block in 0...TileBlocks.count {
      let column = block % TileBlocks.columns * TileBlocks.blockWidth
      let row = block / TileBlocks.columns * TileBlocks.blockHeight
      self[0, block * Lanes.scalarCount] = x + Lanes(Double(column))
      self[1, block * Lanes.scalarCount] = y + Lanes(Double(row))
    }
  }
}

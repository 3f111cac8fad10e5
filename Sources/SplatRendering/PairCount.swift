package import SplatCore

/// How many pairs of a pixel and a Gaussian a picture takes.
package struct PairCount: BitwiseCopyable, Sendable {
  /// Pairs that the blending kernel computes, lanes past the ends of rows and ellipses included.
  package var evaluated = 0
  /// Pairs that change a pixel: α reaches the threshold and the pixel has not stopped.
  package var contributing = 0

  package init() {}
}

extension Rasterizer {
  /// Counts the pairs of a prepared picture, visiting them as ``blend(_:into:workers:)`` does.
  package func countPairs(_ pass: Pass, workers: Workers) -> PairCount {
    let grid = pass.projection.grid
    let counts = workers.gathering(grid.count) { tile -> PairCount in
      let blocks = TileBlocks(tile: tile, grid: grid)
      let count = PairCounter.planeCount * TileBlocks.planeSize
      var scratch = [Float](repeating: 0, count: count)
      let batch = Buffer<ProjectedSplat>()
      let visits = Buffer<TileWalk.Visit>()
      return scratch.withView { scratch in
        var counter = PairCounter(
          forward: TileForward(
            scratch: scratch, settings: pass.projection.settings, blocks: blocks))
        TileWalk(
          blocks: blocks, batch: batch.view(count: TileWalk.batchSize),
          visits: visits.view(count: TileWalk.batchSize)
        ).run(
          &counter, range: pass.lists.range(of: tile), entries: pass.lists.entries,
          records: pass.records)
        return counter.count
      }
    }
    return counts.reduce(into: PairCount()) {
      $0.evaluated += $1.evaluated
      $0.contributing += $1.contributing
    }
  }
}

/// Counts the pairs of a tile while ``TileForward`` blends them.
private struct PairCounter: TileKernel {
  static let planeCount = TileForward.planeCount
  private(set) var forward: TileForward
  private(set) var count = PairCount()
  var transmittance: BufferView<Float> { forward.transmittance }

  init(forward: TileForward) { self.forward = forward }

  mutating func begin(_ splat: ProjectedSplat) { forward.begin(splat) }

  mutating func blend(_ pair: BlockPair) {
    func lanes() -> PixelLanes {
      PixelLanes(
        lowHalf: transmittance.lanes(pair.first), highHalf: transmittance.lanes(pair.second))
    }
    let before = lanes()
    forward.blend(pair)
    let after = lanes()
    count.evaluated += PixelLanes.scalarCount
    for lane in 0..<PixelLanes.scalarCount where after[lane] > 0 && after[lane] < before[lane] {
      count.contributing += 1
    }
  }

  func end(_ splat: ProjectedSplat, entry: Int) {}
  func skip(entry: Int) {}
}

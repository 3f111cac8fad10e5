package import SplatCore

/// The number of pixel-Gaussian pairs in a picture.
package struct PairCount: BitwiseCopyable, Sendable {
  /// Pairs that the blending kernel computes, including lanes outside the image or the ellipse.
  package var evaluated = 0
  /// Pairs that change a pixel: α reaches the threshold and the pixel has not stopped.
  package var contributing = 0

  package init() {}
}

extension Rasterizer {
  /// Counts the pairs of a prepared picture, visiting them as ``blend(_:into:workers:)`` does.
  package func countPairs(_ pass: RenderPass, workers: Workers) -> PairCount {
    let grid = pass.projection.grid
    let counts = workers.gathering(grid.count) { tile -> PairCount in
      let subtiles = Subtiles(tile: tile, grid: grid)
      let memory = TileMemory()
      let part = memory.parts(1)[0]
      var counter = PairCounter(
        forward: TileForward(
          memory: part, settings: pass.projection.settings, subtiles: subtiles, keepsHits: false))
      TileWalk(
        subtiles: subtiles, range: pass.lists.range(of: tile), entries: pass.lists.entries,
        records: pass.records, kept: nil, memory: part
      ).forward(&counter)
      return withExtendedLifetime(memory) { counter.count }
    }
    return counts.reduce(into: PairCount()) {
      $0.evaluated += $1.evaluated
      $0.contributing += $1.contributing
    }
  }
}

/// Counts the pairs of a tile while ``TileForward`` blends them.
private struct PairCounter: TileKernel {
  fileprivate let forward: TileForward
  private(set) var count = PairCount()

  init(forward: TileForward) { self.forward = forward }

  mutating func blend(subtile: Int, hits: UInt64) -> UInt64 {
    for (_, index) in SetBits(hits) {
      let before = forward.planes[TileForward.transmittance, subtile]
      _ = forward.blend(subtile: subtile, hits: 1 &<< UInt64(index))
      let after = forward.planes[TileForward.transmittance, subtile]
      count.evaluated += Lanes.scalarCount
      for lane in 0..<Lanes.scalarCount where after[lane] > 0 && after[lane] < before[lane] {
        count.contributing += 1
      }
    }
    return hits
  }
}

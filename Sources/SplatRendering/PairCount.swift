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
      let memory = TileMemory()
      let part = memory.parts(1)[0]
      var counter = PairCounter(
        forward: TileForward(memory: part, settings: pass.projection.settings, blocks: blocks))
      TileWalk(blocks: blocks, masks: nil, memory: part).run(
        &counter, range: pass.lists.range(of: tile), entries: pass.lists.entries,
        records: pass.records, transmittance: counter.forward.transmittance)
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
  private var transmittance: BufferView<Float> { forward.transmittance }

  init(forward: TileForward) { self.forward = forward }

  func prepare(place: Int) { forward.prepare(place: place) }

  mutating func blend(offset: Int, hits: UInt64) {
    var left = hits
    while left != 0 {
      let before = transmittance.lanes(offset)
      forward.blend(offset: offset, hits: left & (~left &+ 1))
      left &= left &- 1
      let after = transmittance.lanes(offset)
      count.evaluated += Lanes.scalarCount
      for lane in 0..<Lanes.scalarCount where after[lane] > 0 && after[lane] < before[lane] {
        count.contributing += 1
      }
    }
  }

  func finish(place: Int, entry: Int) {}
  func skip(entry: Int) {}
}

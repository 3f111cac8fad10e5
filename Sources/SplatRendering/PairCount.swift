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
      var transmittance = [Float](repeating: 0, count: TileWalk.planeSize)
      var bounds = [Int32](repeating: 0, count: TileWalk.boundsCount)
      return transmittance.withView { transmittance in
        bounds.withView { bounds in
          let walk = TileWalk(tile: tile, grid: grid, bounds: bounds)
          walk.fillInside(transmittance, 1)
          var counter = PairCounter(
            transmittance: transmittance, limits: Compositing.Limits(pass.projection.settings))
          _ = walk.run(&counter, entries: pass.lists.entries(of: tile), records: pass.records)
          return counter.count
        }
      }
    }
    return counts.reduce(into: PairCount()) {
      $0.evaluated += $1.evaluated
      $0.contributing += $1.contributing
    }
  }
}

/// Counts the pairs of a tile where ``TileForward`` blends them.
private struct PairCounter: TileKernel {
  let transmittance: BufferView<Float>
  let limits: Compositing.Limits
  private(set) var count = PairCount()
  private var gaussian = Compositing.Gaussian(.none)
  private var row = Compositing.Gaussian(.none).row(deltaY: 0)

  init(transmittance: BufferView<Float>, limits: Compositing.Limits) {
    self.transmittance = transmittance
    self.limits = limits
  }

  mutating func begin(_ splat: ProjectedSplat) { gaussian = Compositing.Gaussian(splat) }
  mutating func beginRow(deltaY: Float) { row = gaussian.row(deltaY: deltaY) }

  mutating func blend(offset: Int, deltaX: Lanes) {
    let blend = Compositing.forward(
      deltaX: deltaX, gaussian: gaussian, row: row, transmittance: transmittance.lanes(offset),
      limits: limits)
    transmittance.setLanes(offset, blend.transmittance)
    count.evaluated += Lanes.scalarCount
    for lane in 0..<Lanes.scalarCount where blend.weight[lane] > 0 { count.contributing += 1 }
  }

  mutating func endRow(deltaY: Float) {}
  mutating func end(_ splat: ProjectedSplat, slot: Int) {}
}

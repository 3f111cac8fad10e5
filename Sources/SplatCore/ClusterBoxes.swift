/// Boxes around clusters of consecutive Gaussians, by which a renderer culls whole clusters that a
/// camera cannot see.
package struct ClusterBoxes: Sendable {
  /// The numbers of blocks and of Gaussians of a cluster.
  package static let blocks = 8, size = blocks * ParameterBlocks.blockWidth
  /// The planes of ``table``: the smallest and largest coordinates of the means and the largest
  /// standard deviation along any axis, in world units.
  package static let low = 0, high = 3, deviation = 6, planes = 7

  /// One column for each cluster.
  package let table: ParameterBlocks

  /// Bounds the clusters of a model; parameters that are NaN are ignored.
  package init(_ parameters: ParameterBlocks) {
    let clusterCount = (parameters.count + Self.size - 1) / Self.size
    var table = ParameterBlocks(count: clusterCount, planes: Self.planes)
    table.withView { table in
      Workers().forEachRange(clusterCount, size: 256) { clusters, _ in
        parameters.withReadOnlyView { view in
          for cluster in clusters {
            var bounds = LaneBounds()
            let first = cluster * Self.blocks
            for block in first..<min(first + Self.blocks, view.blockCount) {
              bounds.widen(
                to: view.block(block), members: Lanes.ramp .< view.columns(fromBlock: block))
            }
            let (low, high) = (bounds.low, bounds.high)
            table.setVector(Self.low, cluster, SIMD3(low.x.min(), low.y.min(), low.z.min()))
            table.setVector(Self.high, cluster, SIMD3(high.x.max(), high.y.max(), high.z.max()))
            table[Self.deviation, cluster] = Float.exp(bounds.logScale.max())
          }
        }
      }
    }
    self.table = table
  }

  /// The bounds of eight interleaved sets of Gaussians, one in each lane.
  private struct LaneBounds {
    var low = Vector3(Lanes(.infinity), Lanes(.infinity), Lanes(.infinity))
    var high = Vector3(Lanes(-.infinity), Lanes(-.infinity), Lanes(-.infinity))
    /// The exponential function of ``Lanes`` clamps its argument here.
    var logScale = Lanes(-87)

    @inline(__always)
    mutating func widen(to block: ParameterBlock, members: LanesMask) {
      // Columns past the last Gaussian are ignored, as is NaN.
      @inline(__always)
      func known(_ vector: Vector3<Lanes>) -> Vector3<Lanes> {
        let none = Lanes(.nan)
        return Vector3(
          none.replaced(by: vector.x, where: members), none.replaced(by: vector.y, where: members),
          none.replaced(by: vector.z, where: members))
      }
      let (mean, logScales) = (known(block.mean), known(block.logScales))
      low.x = Lanes.minimum(low.x, mean.x)
      low.y = Lanes.minimum(low.y, mean.y)
      low.z = Lanes.minimum(low.z, mean.z)
      high.x = Lanes.maximum(high.x, mean.x)
      high.y = Lanes.maximum(high.y, mean.y)
      high.z = Lanes.maximum(high.z, mean.z)
      logScale = Lanes.maximum(logScale, logScales.x)
      logScale = Lanes.maximum(logScale, logScales.y)
      logScale = Lanes.maximum(logScale, logScales.z)
    }
  }
}

/// Boxes around clusters of consecutive Gaussians, by which a renderer culls whole clusters that a
/// camera cannot see.
package struct ClusterBoxes: Sendable {
  /// The numbers of blocks and of Gaussians of a cluster.
  package static let blocks = 8, size = blocks * ParameterBlocks.blockWidth
  /// The planes of ``table``: the smallest and largest coordinates of the means and the largest
  /// standard deviation along any axis, in world units.
  package static let low = 0, high = 3, deviation = 6, planes = 7

  /// One column for each cluster.
  package private(set) var table: ParameterBlocks

  /// Bounds the clusters of a model; parameters that are NaN are ignored.
  package init(_ parameters: ParameterBlocks) {
    self.init(count: parameters.count)
    table.withView { table in
      Workers().forEachRange(table.count, size: 256) { clusters, _ in
        parameters.withReadOnlyView { model in
          for cluster in clusters { Self.bound(cluster, of: model, in: table) { _ in Slack() } }
        }
      }
    }
  }

  /// Room for the boxes of a model of `count` Gaussians.
  package init(count: Int) {
    table = ParameterBlocks(count: (count + Self.size - 1) / Self.size, planes: Self.planes)
  }

  /// Lends the boxes to `body`, to be changed.
  package mutating func withView(_ body: (_ table: ParameterView) -> Void) {
    table.withView(body)
  }

  /// How much larger than its Gaussians a box is.
  package struct Slack {
    /// What means, in world units, and the logarithms of deviations may change by.
    let mean: Vector3<Lanes>, logScales: Vector3<Lanes>

    package init(mean: Vector3<Lanes> = .zero, logScales: Vector3<Lanes> = .zero) {
      self.mean = mean
      self.logScales = logScales
    }
  }

  /// Writes the box of a cluster of `model`.
  ///
  /// - Parameter slack: Returns that of a block.
  @inline(__always)
  package static func bound(
    _ cluster: Int, of model: ParameterView, in table: ParameterView,
    slack: (_ block: Int) -> Slack
  ) {
    var bounds = LaneBounds()
    let first = cluster * Self.blocks
    for block in first..<min(first + Self.blocks, model.blockCount) {
      bounds.widen(
        to: model.block(block), slack: slack(block),
        members: Lanes.ramp .< model.columns(fromBlock: block))
    }
    let (low, high) = (bounds.low, bounds.high)
    table.setVector(Self.low, cluster, SIMD3(low.x.min(), low.y.min(), low.z.min()))
    table.setVector(Self.high, cluster, SIMD3(high.x.max(), high.y.max(), high.z.max()))
    table[Self.deviation, cluster] = Float.exp(bounds.logScale.max())
  }

  /// The bounds of eight interleaved sets of Gaussians, one in each lane.
  private struct LaneBounds {
    var low = Vector3(Lanes(.infinity), Lanes(.infinity), Lanes(.infinity))
    var high = Vector3(Lanes(-.infinity), Lanes(-.infinity), Lanes(-.infinity))
    /// The exponential function of ``Lanes`` clamps its argument here.
    var logScale = Lanes(-87)

    @inline(__always)
    mutating func widen(to block: ParameterBlock, slack: Slack, members: LanesMask) {
      // Columns past the last Gaussian are ignored, as is NaN.
      @inline(__always)
      func known(_ vector: Vector3<Lanes>) -> Vector3<Lanes> {
        let none = Lanes(.nan)
        return Vector3(
          none.replaced(by: vector.x, where: members), none.replaced(by: vector.y, where: members),
          none.replaced(by: vector.z, where: members))
      }
      let (mean, logScales) = (known(block.mean), known(block.logScales + slack.logScales))
      low.x = Lanes.minimum(low.x, mean.x - slack.mean.x)
      low.y = Lanes.minimum(low.y, mean.y - slack.mean.y)
      low.z = Lanes.minimum(low.z, mean.z - slack.mean.z)
      high.x = Lanes.maximum(high.x, mean.x + slack.mean.x)
      high.y = Lanes.maximum(high.y, mean.y + slack.mean.y)
      high.z = Lanes.maximum(high.z, mean.z + slack.mean.z)
      logScale = Lanes.maximum(logScale, logScales.x)
      logScale = Lanes.maximum(logScale, logScales.y)
      logScale = Lanes.maximum(logScale, logScales.z)
    }
  }
}

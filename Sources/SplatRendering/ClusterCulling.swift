package import SplatCore

/// Finds the clusters that a camera cannot see, by their boxes.
///
/// What can be seen lies within half-spaces: beyond the near plane, in front of the far one, and
/// where the ellipse of a Gaussian can reach the image. At depth z a standard deviation σ makes an
/// ellipse of at most sqrt(level) (f κ σ / z + sqrt(filter)) pixels from its centre, where κ bounds
/// a row of the Jacobian; times z, all of this is linear in the mean and σ, and a box lies outside
/// a half-space if its furthest corner does.
package struct ClusterCulling: Sendable {
  /// Where normal · mean + offset + reach * σ ≥ 0.
  private struct HalfSpace {
    let normal: Vector3<Lanes>
    let offset: Lanes
    let reach: Lanes
    /// The magnitudes of the terms of normal · mean and of the offset, for coordinates of 1.
    let normalSize: Lanes, offsetSize: Lanes

    /// The half-space whose normal and offset are the sums of `terms`.
    init(terms: [(normal: Vector3<Double>, offset: Double)], reach: Double = 0) {
      func sum(_ part: (Vector3<Double>, Double) -> Double) -> Lanes {
        Lanes(terms.reduce(0) { $0 + part($1.normal, $1.offset) })
      }
      normal = Vector3(sum { n, _ in n.x }, sum { n, _ in n.y }, sum { n, _ in n.z })
      offset = sum { _, offset in offset }
      normalSize = sum { n, _ in abs(n.x) + abs(n.y) + abs(n.z) }
      offsetSize = sum { _, offset in abs(offset) }
      self.reach = Lanes(reach)
    }
  }

  /// A bound on the relative rounding errors here and in the projection, many times their actual
  /// size.
  private static let slack = 1e-5

  private let table: ParameterBlocks
  private let halfSpaces: [HalfSpace]

  package init(_ clusters: ClusterBoxes, camera: Camera, settings: RenderSettings) {
    table = clusters.table
    let pinhole = Pinhole<Double>(camera)
    let (rotation, translation) = (pinhole.rotation, pinhole.translation)
    // The largest level of an ellipse, that of an opaque Gaussian.
    let largest = Double(settings.dropout.gain / settings.alphaThreshold)
    let level = max(0, 2 * Double.log(largest))
    let filter = (level * Double(settings.filterVariance)).squareRoot()
    /// The half-space of an axis of the image: f row · mean + c z + reach * σ ≥ 0 and its opposite.
    func sides(
      row: Vector3<Double>, offset: Double, focal: Double, principal: Double, pixels: Int,
      low: Double, high: Double
    ) -> [HalfSpace] {
      let (depth, z) = (rotation.row2, translation.z)
      let bound = [low, high].map { row - depth * $0 }.map { $0.dot($0) }.max() ?? 0
      let reach = level.squareRoot() * abs(focal) * bound.squareRoot()
      return [(1.0, principal - 0.5), (-1.0, Double(pixels) - 0.5 - principal)].map { sign, edge in
        HalfSpace(
          terms: [
            (row * (sign * focal), offset * sign * focal), (depth * edge, z * edge),
            (depth * filter, z * filter),
          ], reach: reach)
      }
    }
    // Between the near and the far plane, and within the four sides of the image.
    let (near, far) = (Double(settings.nearPlane), Double(settings.farPlane))
    let none = Vector3<Double>.zero
    halfSpaces =
      [
        HalfSpace(terms: [(rotation.row2, translation.z), (none, -near)]),
        HalfSpace(terms: [(rotation.row2 * -1, -translation.z), (none, far)]),
      ]
      + sides(
        row: rotation.row0, offset: translation.x, focal: pinhole.fx, principal: pinhole.cx,
        pixels: camera.width, low: pinhole.lowX, high: pinhole.highX)
      + sides(
        row: rotation.row1, offset: translation.y, focal: pinhole.fy, principal: pinhole.cy,
        pixels: camera.height, low: pinhole.lowY, high: pinhole.highY)
  }

  /// The clusters in a chunk of the projection that cannot be seen: a bit for each.
  @inline(never)
  package func hidden(chunk: Int) -> UInt8 {
    table.withReadOnlyView { hidden($0, chunk: chunk) }
  }

  @inline(__always)
  private func hidden(_ table: ParameterView, chunk: Int) -> UInt8 {
    // The clusters of a chunk form one block of the table.
    let block = table.lanes(ofBlock: chunk)
    let (low, high) = (block[vector: ClusterBoxes.low], block[vector: ClusterBoxes.high])
    let deviation = block[ClusterBoxes.deviation]
    func furthest(_ normal: Lanes, _ low: Lanes, _ high: Lanes) -> Lanes {
      Lanes.maximum(normal * low, normal * high)
    }
    func size(_ low: Lanes, _ high: Lanes) -> Lanes {
      Lanes.maximum(low.magnitude, high.magnitude)
    }
    let coordinate = Lanes.maximum(
      Lanes.maximum(size(low.x, high.x), size(low.y, high.y)), size(low.z, high.z))
    var isHidden = LanesMask(repeating: false)
    for space in halfSpaces {
      let reach = space.reach * deviation
      let corner =
        furthest(space.normal.x, low.x, high.x) + furthest(space.normal.y, low.y, high.y)
        + furthest(space.normal.z, low.z, high.z) + space.offset + reach
      let sizes = space.normalSize * coordinate + space.offsetSize + reach
      isHidden .|= corner .< sizes * Lanes(-Self.slack)
    }
    var bits: UInt8 = 0
    for lane in 0..<Lanes.scalarCount where isHidden[lane] { bits |= 1 << UInt8(lane) }
    return bits
  }
}

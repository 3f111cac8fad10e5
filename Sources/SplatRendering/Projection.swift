package import SplatCore

/// The loop over Gaussians before the rasterizer: culls, projects and colours them.
package struct Projection: Sendable {
  /// The number of blocks that one piece of parallel work covers.
  package static let blocksPerChunk = Lanes.scalarCount * ClusterBoxes.blocks
  /// The number of Gaussians in such a piece.
  package static let chunkSize = blocksPerChunk * ParameterBlocks.blockWidth
  /// Gaussians with a channel beyond this are left out, as are those whose colour is not a number: one
  /// of them would take the pixels behind it and its tile's gradients along.
  static let colorLimit = 1e10

  package let camera: Pinhole<Lanes>
  package let settings: RenderSettings
  package let grid: TileGrid
  /// The number of planes of a block.
  package let planes: Int
  /// The number of Gaussians.
  package let count: Int
  /// The SH degree in use; the model may hold more.
  package let degree: Int
  /// The natural logarithm of the threshold of α.
  private let logThreshold: Float

  package init(camera: Camera, settings: RenderSettings, planes: Int, count: Int, shDegree: Int) {
    self.camera = Pinhole(camera)
    self.settings = settings
    self.grid = TileGrid(width: camera.width, height: camera.height)
    self.planes = planes
    self.count = count
    self.degree = min(shDegree, settings.maximumSHDegree)
    logThreshold = Float.log(settings.alphaThreshold)
  }

  /// The number of chunks.
  package var chunkCount: Int { (count + Self.chunkSize - 1) / Self.chunkSize }

  /// What forward computes for a block and backward takes up again.
  struct Block {
    var mean: Vector3<Lanes>
    var cameraMean: Vector3<Lanes>
    var unit: Quaternion<Lanes>
    var inverseLength: Lanes
    var scales: Vector3<Lanes>
    var axes: Matrix3<Lanes>
    var covariance: SymmetricMatrix3<Lanes>
    var jacobian: Covariance2D.ImageJacobian<Lanes>
    var covariance2D: SymmetricMatrix2<Lanes>
    var filtered: Conic.Filtered<Lanes>
    /// The opacity after the logistic function, before compensation.
    var opacity: Lanes
  }

  @inline(__always)
  func geometry(_ parameters: BufferView<Float>, base: Int, cameraMean: Vector3<Lanes>) -> Block {
    @inline(__always)
    func plane(_ index: Int) -> Lanes { parameters.lanes(base + index * Lanes.scalarCount) }
    let raw = Quaternion(
      w: plane(Plane.rotations), x: plane(Plane.rotations + 1), y: plane(Plane.rotations + 2),
      z: plane(Plane.rotations + 3))
    let (unit, inverseLength) = Normalization.forward(raw)
    let scales = Vector3(
      Lanes.exp(plane(Plane.logScales)), Lanes.exp(plane(Plane.logScales + 1)),
      Lanes.exp(plane(Plane.logScales + 2)))
    let axes = Covariance3D.axes(unit: unit, scales: scales)
    let covariance = Covariance3D.forward(axes: axes)
    let jacobian = Covariance2D.jacobian(cameraMean: cameraMean, camera)
    let covariance2D = Covariance2D.forward(covariance: covariance, jacobian: jacobian)
    return Block(
      mean: Vector3(plane(0), plane(1), plane(2)), cameraMean: cameraMean, unit: unit,
      inverseLength: inverseLength, scales: scales, axes: axes, covariance: covariance,
      jacobian: jacobian, covariance2D: covariance2D,
      filtered: Conic.forward(covariance: covariance2D),
      opacity: Logistic.forward(plane(Plane.opacityLogit)))
  }

  @inline(__always)
  func coefficient(_ parameters: BufferView<Float>, base: Int, _ index: Int) -> Vector3<Lanes> {
    let start = base + (Plane.sh + index * 3) * Lanes.scalarCount
    return Vector3(
      parameters.lanes(start), parameters.lanes(start + Lanes.scalarCount),
      parameters.lanes(start + 2 * Lanes.scalarCount))
  }

  @inline(__always)
  func cameraMean(_ parameters: BufferView<Float>, base: Int) -> Vector3<Lanes> {
    let width = Lanes.scalarCount
    return PerspectiveProjection.cameraMean(
      Vector3(
        parameters.lanes(base), parameters.lanes(base + width), parameters.lanes(base + 2 * width)),
      camera)
  }

  /// What was found in a chunk.
  package struct ChunkCount: BitwiseCopyable, Sendable {
    /// The number of Gaussians that can be seen.
    package var records = 0
    /// The number of tiles under their boxes.
    package var tileBound = 0
  }

  /// Projects the Gaussians of `chunk` and writes those that can be seen to `records`, from the chunk's
  /// first place on, in the order of the scene, and the tiles under their boxes to `boxes`. `hidden` has
  /// a bit for each cluster of the chunk that need not be looked at.
  package func forward(
    chunk: Int, hidden: UInt8, parameters: BufferView<Float>, records: BufferView<ProjectedSplat>,
    boxes: BufferView<TileBox>
  ) -> ChunkCount {
    let first = chunk * Self.blocksPerChunk
    let last = min(first + Self.blocksPerChunk, ParameterBlocks.blocks(for: count))
    let mine = chunk * Self.chunkSize..<(chunk + 1) * Self.chunkSize
    let (records, boxes) = (records.slice(mine), boxes.slice(mine))
    var found = ChunkCount()
    for block in first..<last {
      let cluster = (block - first) / ClusterBoxes.blocks
      guard hidden &>> UInt8(cluster) & 1 == 0 else { continue }
      let base = block * planes * Lanes.scalarCount
      let mean = cameraMean(parameters, base: base)
      let isInRange =
        (mean.z .> Lanes(repeating: settings.nearPlane))
        .& (mean.z .< Lanes(repeating: settings.farPlane))
      guard isInRange.isAnyTrue else { continue }
      forward(
        block: block, base: base, cameraMean: mean, isInRange: isInRange, parameters: parameters,
        records: records, boxes: boxes, found: &found)
    }
    return found
  }

  @inline(__always)
  private func forward(
    block: Int, base: Int, cameraMean: Vector3<Lanes>, isInRange: LanesMask,
    parameters: BufferView<Float>, records: BufferView<ProjectedSplat>,
    boxes: BufferView<TileBox>, found: inout ChunkCount
  ) {
    let values = geometry(parameters, base: base, cameraMean: cameraMean)
    let center = PerspectiveProjection.forward(cameraMean: cameraMean, camera)
    var opacity = values.opacity
    if settings.isAntialiased { opacity = opacity * values.filtered.compensation }

    // The ellipse where opacity * exp(-d'Σ'⁻¹d / 2) reaches the threshold.
    let threshold = Lanes(repeating: settings.alphaThreshold)
    let logOpacity = Lanes.log(Lanes.maximum(opacity, threshold))
    let level = Lanes(2) * (logOpacity - Lanes(repeating: logThreshold))
    let covariance = values.filtered.covariance
    let extentX = (level * covariance.xx).squareRoot()
    let extentY = (level * covariance.yy).squareRoot()
    let rowExtent = (level / values.filtered.conic.xx).squareRoot()
    let determinant = values.filtered.determinant
    let half = Lanes(0.5)
    let isSeen =
      isInRange .& (opacity .>= threshold) .& (determinant .> Lanes(0))
      .& (determinant .< Lanes(1e30))
      .& (center.x + extentX .>= half) .& (center.y + extentY .>= half)
      .& (center.x - extentX .<= Lanes(Double(grid.width)) - half)
      .& (center.y - extentY .<= Lanes(Double(grid.height)) - half)
    guard isSeen.isAnyTrue else { return }

    let direction = SphericalHarmonics.direction(mean: values.mean, center: camera.center).unit
    let color = SphericalHarmonics.forward(direction: direction, degree: degree) {
      coefficient(parameters, base: base, $0)
    }
    let limit = Lanes(Self.colorLimit)
    let isColored =
      (color.x.magnitude .< limit) .& (color.y.magnitude .< limit)
      .& (color.z.magnitude .< limit)
    let isDrawn = isSeen .& isColored
    let start = block * Lanes.scalarCount
    let tiles = TileBoxes(
      centerX: center.x, centerY: center.y, conic: values.filtered.conic, extentX: extentX,
      extentY: extentY, rowExtent: rowExtent, grid: grid)
    let (zero, one) = (Lanes(0), Lanes(1))
    let isListed = isDrawn .& (Lanes.ramp .< Lanes(repeating: Float(count - start)))
    let indices = LanesBits(repeating: UInt32(start)) &+ LanesBits(0, 1, 2, 3, 4, 5, 6, 7)
    let projected = ProjectedBlock(
      front: (
        center.x, center.y, values.filtered.conic.xx, values.filtered.conic.xy,
        values.filtered.conic.yy, logOpacity * Lanes(1.442_695), Lanes.maximum(color.x, zero),
        Lanes.maximum(color.y, zero)
      ),
      back: (
        Lanes.maximum(color.z, zero), cameraMean.z, extentX, extentY, rowExtent,
        values.filtered.compensation, Lanes(bits: indices), opacity
      ),
      listed: zero.replaced(by: one, where: isListed), tiles: tiles)
    projected.write(to: records, boxes, found: &found)
  }
}

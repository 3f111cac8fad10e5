package import SplatCore

/// The loop over Gaussians before the rasterizer: culls, projects and colours them.
///
/// Gaussians are taken in blocks of eight, and blocks in chunks, which are pieces of parallel work.
package struct Projection: Sendable {
  /// The number of blocks that one piece of parallel work covers.
  package static let blocksPerChunk = Lanes.scalarCount * ClusterBoxes.blocks
  /// The number of Gaussians in such a piece.
  package static let chunkSize = blocksPerChunk * ParameterBlocks.blockWidth
  /// Gaussians with a channel beyond this are left out, as are those whose colour is not a number:
  /// one of them would spoil its pixels and the gradients of its tile.
  static let colorLimit = 1e10
  /// Gaussians whose covariance in the image has a determinant beyond this, in pixels⁴, are left
  /// out: they are larger than any image, and their conic has no digits left.
  static let determinantLimit = 1e30

  package let camera: Pinhole<Lanes>
  package let settings: RenderSettings
  /// How the model gives scales, opacities and colours.
  package let form: ParameterForm
  package let grid: TileGrid
  /// The parameters of the Gaussians.
  package let model: ParameterView
  /// The SH degree in use; the model may hold more.
  package let degree: Int
  /// The natural logarithm of the threshold of α.
  private let logThreshold: Float
  /// Colours are clamped to at least this.
  let colorFloor: Float

  package init(
    _ model: ParameterView, form: ParameterForm = .stored, camera: Camera,
    settings: RenderSettings
  ) {
    self.camera = Pinhole(camera)
    self.settings = settings
    self.form = form
    colorFloor = form.hasDirectColors ? -.infinity : 0
    self.grid = TileGrid(width: camera.width, height: camera.height)
    self.model = model
    degree = min(Plane.shDegree(planes: model.planes), settings.maximumSHDegree)
    logThreshold = Float.log(settings.alphaThreshold)
  }

  /// The number of chunks.
  package var chunkCount: Int { (model.count + Self.chunkSize - 1) / Self.chunkSize }

  /// The blocks of a chunk.
  func blocks(ofChunk chunk: Int) -> Range<Int> {
    let first = chunk * Self.blocksPerChunk
    return first..<min(first + Self.blocksPerChunk, model.blockCount)
  }

  /// What forward computes for a block of Gaussians and backward recomputes.
  struct Geometry {
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
    /// What dropout multiplies it with.
    var presence: Lanes
  }

  @inline(__always)
  func geometry(_ index: Int, _ block: ParameterBlock, cameraMean: Vector3<Lanes>) -> Geometry {
    let (unit, inverseLength) = Normalization.forward(block.rotation)
    let scales = form.hasLinearScales ? block.logScales : block.scales
    let axes = Covariance3D.axes(unit: unit, scales: scales)
    let covariance = Covariance3D.forward(axes: axes)
    let jacobian = Covariance2D.jacobian(cameraMean: cameraMean, camera)
    let covariance2D = Covariance2D.forward(covariance: covariance, jacobian: jacobian)
    return Geometry(
      mean: block.mean, cameraMean: cameraMean, unit: unit, inverseLength: inverseLength,
      scales: scales, axes: axes, covariance: covariance, jacobian: jacobian,
      covariance2D: covariance2D,
      filtered: Conic.forward(
        covariance: covariance2D, filter: Lanes(repeating: settings.filterVariance)),
      opacity: form.hasLinearOpacities
        ? block.opacityLogit : Logistic.forward(block.opacityLogit),
      presence: settings.dropout.factors(block: index))
  }

  /// The counts of a chunk.
  package struct ChunkCount: BitwiseCopyable, Sendable {
    /// The number of visible Gaussians.
    package var records = 0
    /// The number of tiles under their boxes.
    package var tileBound = 0
  }

  /// Projects the Gaussians of `chunk` and writes the visible ones to `records`, from the chunk's
  /// first element on, in the order of the scene, and the tiles under their boxes to `boxes`.
  /// `hidden` has a bit for each cluster of the chunk that can be skipped.
  package func forward(
    chunk: Int, hidden: UInt8, records: BufferView<ProjectedSplat>, boxes: BufferView<TileBox>
  ) -> ChunkCount {
    let blocks = blocks(ofChunk: chunk)
    let mine = chunk * Self.chunkSize..<(chunk + 1) * Self.chunkSize
    let (records, boxes) = (records.slice(mine), boxes.slice(mine))
    var found = ChunkCount()
    for index in blocks {
      let cluster = (index - blocks.lowerBound) / ClusterBoxes.blocks
      guard hidden &>> UInt8(cluster) & 1 == 0 else { continue }
      let block = model.block(index)
      let mean = PerspectiveProjection.cameraMean(block.mean, camera)
      let isInRange =
        (mean.z .> Lanes(repeating: settings.nearPlane))
        .& (mean.z .< Lanes(repeating: settings.farPlane))
      guard isInRange.isAnyTrue else { continue }
      forward(
        index, block, cameraMean: mean, isInRange: isInRange, records: records, boxes: boxes,
        found: &found)
    }
    return found
  }

  @inline(__always)
  private func forward(
    _ index: Int, _ block: ParameterBlock, cameraMean: Vector3<Lanes>, isInRange: LanesMask,
    records: BufferView<ProjectedSplat>, boxes: BufferView<TileBox>, found: inout ChunkCount
  ) {
    // Project the mean and the covariance.
    let values = geometry(index, block, cameraMean: cameraMean)
    let center = PerspectiveProjection.forward(cameraMean: cameraMean, camera)
    var opacity = values.opacity * values.presence
    if settings.isAntialiased { opacity = opacity * values.filtered.compensation }

    // Find the ellipse where opacity * exp(-d'Σ'⁻¹d / 2) reaches the threshold.
    let threshold = Lanes(repeating: settings.alphaThreshold)
    let logOpacity = Lanes.log(Lanes.maximum(opacity, threshold))
    let level = Lanes(2) * (logOpacity - Lanes(repeating: logThreshold))
    let covariance = values.filtered.covariance
    let extentX = (level * covariance.xx).squareRoot()
    let extentY = (level * covariance.yy).squareRoot()
    let rowExtent = (level / values.filtered.conic.xx).squareRoot()

    // Leave out Gaussians that are too faint, have no area, or lie outside the image.
    let determinant = values.filtered.determinant
    let half = Lanes(0.5)
    let isSeen =
      isInRange .& (opacity .>= threshold) .& (determinant .> Lanes(0))
      .& (determinant .< Lanes(Self.determinantLimit))
      .& (center.x + extentX .>= half) .& (center.y + extentY .>= half)
      .& (center.x - extentX .<= Lanes(Double(grid.width)) - half)
      .& (center.y - extentY .<= Lanes(Double(grid.height)) - half)
    guard isSeen.isAnyTrue else { return }

    // Find the colour from the view direction.
    let color = color(block, mean: values.mean)
    let limit = Lanes(Self.colorLimit)
    let isColored =
      (color.x.magnitude .< limit) .& (color.y.magnitude .< limit)
      .& (color.z.magnitude .< limit)

    // Write the Gaussians that are drawn.
    let tiles = TileBoxes(
      centerX: center.x, centerY: center.y, conic: values.filtered.conic, extentX: extentX,
      extentY: extentY, rowExtent: rowExtent, grid: grid)
    let (zero, one, floor) = (Lanes(0), Lanes(1), Lanes(repeating: colorFloor))
    let isListed = isSeen .& isColored .& (Lanes.ramp .< model.columns(fromBlock: index))
    let first = UInt32(index * Lanes.scalarCount)
    let indices = LanesBits(repeating: first) &+ LanesBits(0, 1, 2, 3, 4, 5, 6, 7)
    let projected = ProjectedBlock(
      front: (
        center.x, center.y, values.filtered.conic.xx, values.filtered.conic.xy,
        values.filtered.conic.yy, logOpacity * Lanes(Double.log2e), Lanes.maximum(color.x, floor),
        Lanes.maximum(color.y, floor)
      ),
      back: (
        Lanes.maximum(color.z, floor), cameraMean.z, extentX, extentY, rowExtent,
        values.filtered.compensation, Lanes(bits: indices), opacity
      ),
      listed: zero.replaced(by: one, where: isListed), tiles: tiles)
    projected.write(to: records, boxes, found: &found)
  }

  /// The colour seen from the camera, before it is clamped.
  @inline(__always)
  private func color(_ block: ParameterBlock, mean: Vector3<Lanes>) -> Vector3<Lanes> {
    guard !form.hasDirectColors else { return block[shCoefficient: 0] }
    let direction = SphericalHarmonics.direction(mean: mean, center: camera.center).unit
    return SphericalHarmonics.forward(direction: direction, degree: degree) {
      block[shCoefficient: $0]
    }
  }
}

package import SplatCore

/// The gradient of the loss with respect to a camera's view matrix.
///
/// The camera's centre depends on the rotation and the translation; its part is kept apart, because
/// it depends on whether the rotation is taken for any matrix or for a rotation.
package struct CameraGradient: BitwiseCopyable, Sendable {
  /// With respect to the entries of the rotation and to the translation, at a fixed centre.
  package var rotation: Matrix3<Double> = .zero
  package var translation = SIMD3<Double>.zero
  /// With respect to the camera's centre, through the directions of view.
  package var center = SIMD3<Double>.zero

  package init() {}

  static func += (left: inout Self, right: Self) {
    left.rotation.row0 += right.rotation.row0
    left.rotation.row1 += right.rotation.row1
    left.rotation.row2 += right.rotation.row2
    left.translation += right.translation
    left.center += right.center
  }

  /// With respect to a small motion of the camera's frame, viewMatrix' = exp(ξ) viewMatrix: translation
  /// first, then rotation.
  package func pose(at view: RigidTransform) -> (
    translation: SIMD3<Double>, rotation: SIMD3<Double>
  ) {
    let r = view.rotation
    let gradT = translation - view.rotated(center)
    let t = view.translation
    func turned(_ a: Vector3<Double>, _ b: Vector3<Double>) -> Double { a.dot(b) }
    let g = rotation
    let gradRotation = SIMD3(
      turned(g.row2, r.row1) - turned(g.row1, r.row2) + translation.z * t.y - translation.y * t.z,
      turned(g.row0, r.row2) - turned(g.row2, r.row0) + translation.x * t.z - translation.z * t.x,
      turned(g.row1, r.row0) - turned(g.row0, r.row1) + translation.y * t.x - translation.x * t.y)
    return (gradT, gradRotation)
  }
}

extension Projection {
  /// Takes the gradients of a chunk's image quantities back to the Gaussians' parameters.
  ///
  /// For each block of the chunk `body` gets the block's number, whether any of its Gaussians was
  /// visible, the gradient of its parameters in the layout of a block and the image gradients, one plane
  /// of ``Lanes`` for each entry of ``ImageGradient``. Both are overwritten by the next block, and hold
  /// nothing for a block that was not visible.
  ///
  /// - Parameters:
  ///   - recordCount: The number of records that forward wrote for the chunk.
  ///   - gradients: ``ImageGradient/count`` floats for each slot.
  ///   - scratch: Room for a block of parameters and one of image gradients.
  /// - Returns: The chunk's part of the camera's gradient, if it was asked for.
  @inline(__always)
  package func backward(
    chunk: Int, recordCount: Int, parameters: BufferView<Float>,
    records: BufferView<ProjectedSplat>, lists: TileBinning.Lists,
    gradients: BufferView<Float>, scratch: BufferView<Float>, includesCamera: Bool = false,
    _ body: (
      _ block: Int, _ isVisible: Bool, _ gradParameters: BufferView<Float>,
      _ gradImage: BufferView<Float>, _ visible: BufferView<Float>
    ) -> Void
  ) -> CameraGradient {
    let width = Lanes.scalarCount
    let gradParameters = scratch.slice(0..<planes * width)
    let gradImage = scratch.slice(planes * width..<(planes + ImageGradient.count) * width)
    let visible = scratch.slice(
      (planes + ImageGradient.count) * width..<(planes + ImageGradient.count + 1) * width)
    var cameraGradient = CameraGradient()
    // Bands that are not in use have no gradient.
    gradParameters.fill(0)
    let firstBlock = chunk * Self.blocksPerChunk
    let lastBlock = min(firstBlock + Self.blocksPerChunk, ParameterBlocks.blocks(for: count))
    var next = chunk * Self.chunkSize
    let end = next + recordCount
    for block in firstBlock..<lastBlock {
      let endIndex = (block + 1) * width
      guard next < end, Int(records[next].index) < endIndex else {
        body(block, false, gradParameters, gradImage, visible)
        continue
      }
      gradImage.fill(0)
      visible.fill(0)
      while next < end, Int(records[next].index) < endIndex {
        let lane = Int(records[next].index) % width
        gather(lists, record: next, gradients, into: gradImage, lane: lane)
        visible[lane] = 1
        next += 1
      }
      backward(
        block: block, parameters: parameters, gradImage: gradImage, visible: visible.lanes(0),
        gradParameters: gradParameters, includesCamera: includesCamera, camera: &cameraGradient)
      body(block, true, gradParameters, gradImage, visible)
    }
    return cameraGradient
  }

  /// The number of floats that ``backward(chunk:recordCount:parameters:records:lists:gradients:scratch:includesCamera:_:)``
  /// needs for itself.
  package var scratchCount: Int { (planes + ImageGradient.count + 1) * Lanes.scalarCount }

  /// Sums a Gaussian's gradients over its tiles, in the order of its slots.
  @inline(__always)
  private func gather(
    _ lists: TileBinning.Lists, record: Int, _ gradients: BufferView<Float>,
    into block: BufferView<Float>, lane: Int
  ) {
    let range = lists.slots[record]
    var first = Lanes(0)
    var last = SIMD4<Float>(repeating: 0)
    for slot in Int(range.first)..<Int(range.first) + Int(range.count) {
      let start = slot * ImageGradient.count
      first += gradients.lanes(start)
      last += gradients.four(start + Lanes.scalarCount)
    }
    for entry in 0..<8 { block[entry * Lanes.scalarCount + lane] = first[entry] }
    for entry in 8..<ImageGradient.count {
      block[entry * Lanes.scalarCount + lane] = last[entry - 8]
    }
  }

  /// The gradient of a block's parameters; 0 for Gaussians that are not visible, whose intermediate
  /// values may be anything.
  @inline(__always)
  private func backward(
    block: Int, parameters: BufferView<Float>, gradImage: BufferView<Float>, visible: Lanes,
    gradParameters: BufferView<Float>, includesCamera: Bool, camera sums: inout CameraGradient
  ) {
    let width = Lanes.scalarCount
    let base = block * planes * width
    @inline(__always)
    func grad(_ entry: Int) -> Lanes { gradImage.lanes(entry * width) }
    let isHidden = visible .< Lanes(0.5)
    @inline(__always)
    func store(_ plane: Int, _ value: Lanes) {
      gradParameters.setLanes(plane * width, value.replaced(by: Lanes(0), where: isHidden))
    }

    let values = geometry(
      parameters, base: base, cameraMean: cameraMean(parameters, base: base))
    let gradOpacity = grad(ImageGradient.opacity)
    var gradCompensation = Lanes(0)
    var gradRawOpacity = gradOpacity
    if settings.isAntialiased {
      gradCompensation = gradOpacity * values.opacity
      gradRawOpacity = gradOpacity * values.filtered.compensation
    }
    store(
      Plane.opacityLogit, Logistic.backward(value: values.opacity, gradValue: gradRawOpacity))

    let gradCovariance2D = Conic.backward(
      covariance: values.covariance2D, filtered: values.filtered,
      gradConic: SymmetricMatrix2(
        xx: grad(ImageGradient.conicXX), xy: grad(ImageGradient.conicXY),
        yy: grad(ImageGradient.conicYY)),
      gradCompensation: gradCompensation)
    let fromCovariance = Covariance2D.backward(
      covariance: values.covariance, jacobian: values.jacobian, cameraMean: values.cameraMean,
      grad: gradCovariance2D, camera)
    let fromShape = Covariance3D.backward(
      unit: values.unit, scales: values.scales, axes: values.axes,
      gradCovariance: fromCovariance.covariance)
    let gradRotation = Normalization.backward(
      unit: values.unit, inverseLength: values.inverseLength, gradUnit: fromShape.gradUnit)
    store(Plane.logScales, fromShape.gradLogScales.x)
    store(Plane.logScales + 1, fromShape.gradLogScales.y)
    store(Plane.logScales + 2, fromShape.gradLogScales.z)
    store(Plane.rotations, gradRotation.w)
    store(Plane.rotations + 1, gradRotation.x)
    store(Plane.rotations + 2, gradRotation.y)
    store(Plane.rotations + 3, gradRotation.z)

    let gradCameraMean =
      fromCovariance.cameraMean
      + PerspectiveProjection.backward(
        cameraMean: values.cameraMean, gradX: grad(ImageGradient.meanX),
        gradY: grad(ImageGradient.meanY), camera)
    let gradDirection = backwardColor(
      parameters, base: base, mean: values.mean, gradImage: gradImage, store: store)
    let gradMean = camera.rotation.transposedTimes(gradCameraMean) + gradDirection
    store(Plane.means, gradMean.x)
    store(Plane.means + 1, gradMean.y)
    store(Plane.means + 2, gradMean.z)

    guard includesCamera else { return }
    @inline(__always)
    func total(_ value: Lanes) -> Double {
      Double(value.replaced(by: Lanes(0), where: isHidden).total)
    }
    @inline(__always)
    func totals(_ v: Vector3<Lanes>) -> Vector3<Double> {
      Vector3(total(v.x), total(v.y), total(v.z))
    }
    let moved = totals(gradCameraMean)
    let turned = totals(gradDirection)
    let (mean, w) = (values.mean, fromCovariance.rotation)
    var part = CameraGradient()
    part.rotation = Matrix3(
      totals(mean * gradCameraMean.x + w.row0), totals(mean * gradCameraMean.y + w.row1),
      totals(mean * gradCameraMean.z + w.row2))
    part.translation = SIMD3(moved.x, moved.y, moved.z)
    part.center = -SIMD3(turned.x, turned.y, turned.z)
    sums += part
  }

  /// Stores the gradients of the SH coefficients and returns the mean's through the direction of view.
  @inline(__always)
  private func backwardColor(
    _ parameters: BufferView<Float>, base: Int, mean: Vector3<Lanes>,
    gradImage: BufferView<Float>, store: (Int, Lanes) -> Void
  ) -> Vector3<Lanes> {
    let (unit, inverseDistance) = SphericalHarmonics.direction(mean: mean, center: camera.center)
    let color = SphericalHarmonics.forward(direction: unit, degree: degree) {
      coefficient(parameters, base: base, $0)
    }
    let zero = Lanes(0)
    @inline(__always)
    func grad(_ entry: Int, _ value: Lanes) -> Lanes {
      gradImage.lanes(entry * Lanes.scalarCount).replaced(by: zero, where: value .< zero)
    }
    return SphericalHarmonics.backward(
      direction: unit, inverseDistance: inverseDistance, degree: degree,
      gradColor: Vector3(
        grad(ImageGradient.red, color.x), grad(ImageGradient.green, color.y),
        grad(ImageGradient.blue, color.z)),
      coefficient: { coefficient(parameters, base: base, $0) },
      store: { index, value in
        store(Plane.sh + index * 3, value.x)
        store(Plane.sh + index * 3 + 1, value.y)
        store(Plane.sh + index * 3 + 2, value.z)
      })
  }
}

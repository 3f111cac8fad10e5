package import SplatCore

/// The gradient of the loss with respect to eight consecutive Gaussians of the scene.
///
/// It lies in scratch memory that the next block's gradient overwrites.
package struct BlockGradient: Sendable {
  /// The index of the block.
  package let index: Int
  /// Whether the camera sees any of the Gaussians; if it does not, ``parameters`` and ``projected``
  /// are undefined.
  package fileprivate(set) var isVisible = false
  /// With respect to the parameters. Those of unused SH bands are 0, as are those of Gaussians that
  /// the camera does not see.
  package let parameters: ParameterBlock
  /// With respect to the projected Gaussians.
  package let projected: ProjectedGradientBlock
}

extension Projection {
  /// Propagates the gradients of a chunk's projected Gaussians back to the parameters.
  ///
  /// `body` gets the gradient of each block of the chunk.
  ///
  /// - Parameters:
  ///   - pass: The result of forward with this projection.
  ///   - gradients: The gradients of projected Gaussians, one for each slot.
  ///   - scratch: ``scratchCount`` floats.
  /// - Returns: The chunk's part of the camera's gradient, if it was requested.
  @inline(__always)
  package func backward(
    chunk: Int, pass: RenderPass, gradients: BufferView<ProjectedGradient>,
    scratch: BufferView<Float>, includesDepth: Bool = false, includesCamera: Bool = false,
    _ body: (_ gradient: BlockGradient) -> Void
  ) -> CameraGradient {
    let parameterSize = BufferView.blockSize(planes: model.planes)
    let gradParameters = ParameterBlock(scratch.block(0, planes: model.planes))
    let gradProjected = ProjectedGradientBlock(
      scratch.slice(parameterSize..<scratchCount).block(0, planes: ProjectedGradientBlock.planes))
    // Unused bands have no gradient.
    gradParameters.lanes.fill(0)

    // The records of a chunk are in the order of the scene, so each block finds its own in turn.
    var cameraGradient = CameraGradient()
    var next = chunk * Self.chunkSize
    let end = next + pass.recordCounts[chunk]
    for index in blocks(ofChunk: chunk) {
      var gradient = BlockGradient(
        index: index, parameters: gradParameters, projected: gradProjected)
      let endIndex = (index + 1) * Lanes.scalarCount
      if next < end, Int(pass.lists.slots[next].index) < endIndex {
        gradient.isVisible = true
        gradProjected.reset()
        while next < end, Int(pass.lists.slots[next].index) < endIndex {
          gradProjected.set(
            lane: Int(pass.lists.slots[next].index) % Lanes.scalarCount,
            pass.lists.sum(gradients, of: next))
          next += 1
        }
        backward(
          gradient, includesDepth: includesDepth, includesCamera: includesCamera,
          camera: &cameraGradient)
      }
      body(gradient)
    }
    return cameraGradient
  }

  /// The number of floats of scratch memory that a chunk needs.
  package var scratchCount: Int {
    BufferView.blockSize(planes: model.planes)
      + BufferView.blockSize(planes: ProjectedGradientBlock.planes)
  }

  /// Finds the gradient of a block's parameters; 0 for Gaussians that are not visible, whose
  /// intermediate values may be anything.
  @inline(__always)
  private func backward(
    _ gradient: BlockGradient, includesDepth: Bool, includesCamera: Bool,
    camera sums: inout CameraGradient
  ) {
    let (grad, projected) = (gradient.parameters, gradient.projected)
    let block = model.block(gradient.index)
    let isHidden = projected.visible .< Lanes(0.5)

    // Opacity and compensation.
    let values = geometry(
      gradient.index, block, cameraMean: PerspectiveProjection.cameraMean(block.mean, camera))
    var gradCompensation = Lanes(0)
    var gradRawOpacity = projected.opacity * values.presence
    if settings.isAntialiased {
      gradCompensation = gradRawOpacity * values.opacity
      gradRawOpacity = gradRawOpacity * values.filtered.compensation
    }
    grad.opacityLogit =
      form.hasLinearOpacities
      ? gradRawOpacity : Logistic.backward(value: values.opacity, gradValue: gradRawOpacity)

    // The covariance: from the conic to scales and rotation.
    let gradCovariance2D = Conic.backward(
      covariance: values.covariance2D, filtered: values.filtered, gradConic: projected.conic,
      gradCompensation: gradCompensation)
    let fromCovariance = Covariance2D.backward(
      covariance: values.covariance, jacobian: values.jacobian, cameraMean: values.cameraMean,
      grad: gradCovariance2D, camera)
    let fromShape = Covariance3D.backward(
      unit: values.unit, scales: values.scales, axes: values.axes,
      gradCovariance: fromCovariance.covariance)
    grad.logScales =
      form.hasLinearScales
      ? Self.gradScales(values.scales, gradLogScales: fromShape.gradLogScales)
      : fromShape.gradLogScales
    grad.rotation = Normalization.backward(
      unit: values.unit, inverseLength: values.inverseLength, gradUnit: fromShape.gradUnit)

    // The mean: through its projection, the Jacobian and the view direction.
    var gradCameraMean =
      fromCovariance.cameraMean
      + PerspectiveProjection.backward(
        cameraMean: values.cameraMean, gradX: projected.meanX, gradY: projected.meanY, camera)
    if includesDepth { gradCameraMean.z += projected.depth }
    let gradDirection = backwardColor(block, gradColor: projected.color, grad: grad)
    grad.mean = camera.rotation.transposedTimes(gradCameraMean) + gradDirection

    // What the camera does not see has no gradient.
    if isHidden.isAnyTrue {
      for plane in 0..<grad.lanes.planes {
        grad.lanes[plane] = grad.lanes[plane].zeroed(where: isHidden)
      }
    }

    // The camera moves against the Gaussians.
    guard includesCamera else { return }
    @inline(__always)
    func totals(_ v: Vector3<Lanes>) -> Vector3<Double> {
      let v = v.zeroed(where: isHidden)
      return Vector3(Double(v.x.total), Double(v.y.total), Double(v.z.total))
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

  /// The gradient of the standard deviations from that of their logarithms; 0 where one is 0, which
  /// the covariance depends on by its square.
  @inline(__always)
  private static func gradScales(
    _ scales: Vector3<Lanes>, gradLogScales: Vector3<Lanes>
  ) -> Vector3<Lanes> {
    @inline(__always)
    func grad(_ scale: Lanes, _ gradLog: Lanes) -> Lanes {
      (gradLog / scale).zeroed(where: scale.magnitude .<= Lanes(0))
    }
    return Vector3(
      grad(scales.x, gradLogScales.x), grad(scales.y, gradLogScales.y),
      grad(scales.z, gradLogScales.z))
  }

  /// Writes the gradients of the SH coefficients to `grad` and returns that of the mean through the
  /// view direction.
  @inline(__always)
  private func backwardColor(
    _ block: ParameterBlock, gradColor: Vector3<Lanes>, grad: ParameterBlock
  ) -> Vector3<Lanes> {
    guard !form.hasDirectColors else {
      grad[shCoefficient: 0] = gradColor
      return .zero
    }
    let (unit, inverseDistance) = SphericalHarmonics.direction(
      mean: block.mean, center: camera.center)
    let color = SphericalHarmonics.forward(direction: unit, degree: degree) {
      block[shCoefficient: $0]
    }
    // Where a channel is clamped to 0 it is a constant.
    let zero = Lanes(0)
    let free = Vector3(
      gradColor.x.replaced(by: zero, where: color.x .< zero),
      gradColor.y.replaced(by: zero, where: color.y .< zero),
      gradColor.z.replaced(by: zero, where: color.z .< zero))
    return SphericalHarmonics.backward(
      direction: unit, inverseDistance: inverseDistance, degree: degree, gradColor: free,
      coefficient: { block[shCoefficient: $0] }, store: { grad[shCoefficient: $0] = $1 })
  }
}

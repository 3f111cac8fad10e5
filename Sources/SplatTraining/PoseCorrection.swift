package import SplatCore
package import SplatRendering

/// A small motion of a camera in its own frame: it turns about the camera's centre, then moves it.
package struct PoseCorrection<Scalar: Real>: Sendable {
  /// The axis times the angle, in radians, exact to the third order.
  package var rotation: Vector3<Scalar>
  /// In units of the distance from the camera to what it sees.
  package var translation: Vector3<Scalar>

  /// The number of its parameters.
  package static var count: Int { 6 }

  package init(rotation: Vector3<Scalar>, translation: Vector3<Scalar>) {
    self.rotation = rotation
    self.translation = translation
  }

  /// A view matrix, or the gradient of its entries.
  package struct View: Sendable {
    package var rotation: Matrix3<Scalar>
    package var translation: Vector3<Scalar>

    package init(rotation: Matrix3<Scalar>, translation: Vector3<Scalar>) {
      self.rotation = rotation
      self.translation = translation
    }
  }

  /// Returns the view matrix after the motion.
  ///
  /// - Parameters:
  ///   - view: The view matrix before it.
  ///   - distance: The unit of the translation.
  package func forward(_ view: View, distance: Scalar) -> View {
    let turn = Normalization.forward(quaternion).unit.rotationMatrix  // (1) (2) (3)
    return View(
      rotation: turn * view.rotation,  // (4)
      translation: turn * view.translation + translation * distance)  // (5)
  }

  /// Returns the gradient of the motion's parameters.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  package func backward(_ view: View, distance: Scalar, grad: View) -> Self {
    let (unit, inverseLength) = Normalization.forward(quaternion)
    let gradTurn = Matrix3(
      view.rotation * grad.rotation.row0 + view.translation * grad.translation.x,  // (4) (5)
      view.rotation * grad.rotation.row1 + view.translation * grad.translation.y,  // (4) (5)
      view.rotation * grad.rotation.row2 + view.translation * grad.translation.z)  // (4) (5)
    let gradUnit = unit.rotationMatrixBackward(grad: gradTurn)  // (3)
    let gradRaw = Normalization.backward(
      unit: unit, inverseLength: inverseLength, gradUnit: gradUnit)  // (2)
    return Self(
      rotation: Vector3(gradRaw.x, gradRaw.y, gradRaw.z) * Scalar(0.5),  // (1)
      translation: grad.translation * distance)  // (5)
  }

  /// The rotation before normalisation.
  private var quaternion: Quaternion<Scalar> {
    let half = rotation * Scalar(0.5)  // (1)
    return Quaternion(w: Scalar(1), x: half.x, y: half.y, z: half.z)
  }
}

extension PoseCorrection where Scalar == Double {
  /// A motion from its parameters: rotation, then translation.
  package init(_ values: [Float]) {
    let v = values.map(Double.init)
    self.init(rotation: Vector3(v[0], v[1], v[2]), translation: Vector3(v[3], v[4], v[5]))
  }

  /// The parameters: rotation, then translation.
  package var values: [Float] {
    [rotation.x, rotation.y, rotation.z, translation.x, translation.y, translation.z]
      .map { Float($0) }
  }

  /// The view matrix after the motion.
  package func moved(_ view: RigidTransform, distance: Double) -> RigidTransform {
    let moved = forward(View(view), distance: distance)
    let t = moved.translation
    return RigidTransform(rotation: moved.rotation, translation: SIMD3(t.x, t.y, t.z))
  }

  /// The gradient of the motion's parameters from that of the moved camera.
  package func backward(_ view: RigidTransform, distance: Double, grad camera: CameraGradient)
    -> Self
  {
    let moved = moved(view, distance: distance)
    // The centre, -Rᵀt, depends on the rotation and on the translation.
    let (center, t) = (Vector3<Double>(camera.center), moved.translation)
    let throughCenter = Vector3<Double>(moved.rotated(camera.center))
    let r = camera.rotation
    let grad = View(
      rotation: Matrix3(
        r.row0 + center * -t.x, r.row1 + center * -t.y, r.row2 + center * -t.z),
      translation: Vector3(camera.translation) + throughCenter * -1)
    return backward(View(view), distance: distance, grad: grad)
  }
}

extension PoseCorrection.View where Scalar == Double {
  init(_ view: RigidTransform) {
    self.init(rotation: view.rotation, translation: Vector3(view.translation))
  }
}

package import SplatCore

/// Projects a covariance to the image by the local linear map of the perspective projection.
///
/// Σ' = J W Σ Wᵀ Jᵀ (Zwicker et al., "EWA Volume Splatting", 2001, equation 31).
package enum Covariance2D {
  /// The rows of J W: how the projected mean moves, in pixels, with the mean in the world.
  package struct ImageJacobian<Scalar: Real>: Sendable {
    package var row0: Vector3<Scalar>
    package var row1: Vector3<Scalar>
    /// x/z and y/z as used in J.
    package var u: Scalar
    package var v: Scalar
  }

  /// Returns J W at a mean given in the camera's frame.
  ///
  /// Clamping the direction, not the mean, keeps the Jacobian finite for Gaussians outside the
  /// image while their projected centre stays exact (Kerbl et al. 2023, released code).
  @_transparent
  package static func jacobian<Scalar: Real>(
    cameraMean: Vector3<Scalar>, _ camera: Pinhole<Scalar>
  ) -> ImageJacobian<Scalar> {
    let inverseZ = Scalar(1) / cameraMean.z
    let u = (cameraMean.x * inverseZ).clamped(from: camera.lowX, to: camera.highX)  // (1)
    let v = (cameraMean.y * inverseZ).clamped(from: camera.lowY, to: camera.highY)  // (1)
    let j00 = camera.fx * inverseZ  // (2)
    let j11 = camera.fy * inverseZ  // (2)
    let w = camera.rotation
    let row0 = (w.row0 - w.row2 * u) * j00  // (3)
    let row1 = (w.row1 - w.row2 * v) * j11  // (3)
    return ImageJacobian(row0: row0, row1: row1, u: u, v: v)
  }

  /// Returns the covariance in the image, in square pixels, before the low-pass filter.
  @inline(__always)
  package static func forward<Scalar: Real>(
    covariance: SymmetricMatrix3<Scalar>, jacobian: ImageJacobian<Scalar>
  ) -> SymmetricMatrix2<Scalar> {
    let s0 = covariance * jacobian.row0  // (4)
    let s1 = covariance * jacobian.row1  // (4)
    return SymmetricMatrix2(  // (5)
      xx: jacobian.row0.dot(s0), xy: jacobian.row0.dot(s1), yy: jacobian.row1.dot(s1))
  }

  /// The gradients that ``backward(covariance:jacobian:cameraMean:grad:_:)`` returns.
  package struct Gradients<Scalar: Real>: Sendable {
    package var covariance: SymmetricMatrix3<Scalar>
    /// With respect to the mean in the camera's frame, through J.
    package var cameraMean: Vector3<Scalar>
    /// With respect to the camera's rotation W.
    package var rotation: Matrix3<Scalar>
  }

  /// Returns the gradients of the inputs from the one of Σ'.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @_transparent
  package static func backward<Scalar: Real>(
    covariance: SymmetricMatrix3<Scalar>, jacobian: ImageJacobian<Scalar>,
    cameraMean: Vector3<Scalar>, grad: SymmetricMatrix2<Scalar>, _ camera: Pinhole<Scalar>
  ) -> Gradients<Scalar> {
    let (a, b) = (jacobian.row0, jacobian.row1)
    let two = Scalar(2)
    // Σ'xx = aᵀΣa, Σ'xy = aᵀΣb, Σ'yy = bᵀΣb; a stored off-diagonal entry occurs twice.
    @inline(__always)
    func diagonal(_ a: Scalar, _ b: Scalar) -> Scalar {
      grad.xx * a * a + grad.xy * a * b + grad.yy * b * b
    }
    @inline(__always)
    func mixed(_ a0: Scalar, _ b0: Scalar, _ a1: Scalar, _ b1: Scalar) -> Scalar {
      two * (grad.xx * a0 * a1 + grad.yy * b0 * b1) + grad.xy * (a0 * b1 + a1 * b0)
    }
    let gradCovariance = SymmetricMatrix3(  // (5) (4)
      xx: diagonal(a.x, b.x), xy: mixed(a.x, b.x, a.y, b.y), xz: mixed(a.x, b.x, a.z, b.z),
      yy: diagonal(a.y, b.y), yz: mixed(a.y, b.y, a.z, b.z), zz: diagonal(a.z, b.z))

    let s0 = covariance * a
    let s1 = covariance * b
    let gradRow0 = s0 * (two * grad.xx) + s1 * grad.xy  // (5)
    let gradRow1 = s0 * grad.xy + s1 * (two * grad.yy)  // (5)

    let inverseZ = Scalar(1) / cameraMean.z
    let j00 = camera.fx * inverseZ
    let j11 = camera.fy * inverseZ
    let w = camera.rotation
    let g0 = gradRow0 * j00  // (3)
    let g1 = gradRow1 * j11  // (3)
    let gradRotation = Matrix3(  // (3)
      g0, g1, g0 * (-jacobian.u) + g1 * (-jacobian.v))
    let gradU = -(g0.dot(w.row2))  // (3)
    let gradV = -(g1.dot(w.row2))  // (3)
    // row0 and row1 are proportional to 1/z at fixed u and v.
    let gradZ0 = -(gradRow0.dot(a) + gradRow1.dot(b)) * inverseZ  // (2)

    // Where the clamp acts, u or v is a constant.
    let u = cameraMean.x * inverseZ
    let v = cameraMean.y * inverseZ
    let zero = Scalar(0)
    let freeU = gradU.replaced(by: zero, where: u.isLess(than: camera.lowX))
      .replaced(by: zero, where: camera.highX.isLess(than: u))
    let freeV = gradV.replaced(by: zero, where: v.isLess(than: camera.lowY))
      .replaced(by: zero, where: camera.highY.isLess(than: v))
    let gradX = freeU * inverseZ  // (1)
    let gradY = freeV * inverseZ  // (1)
    let gradZ = gradZ0 - (gradX * u + gradY * v)  // (1)
    return Gradients(
      covariance: gradCovariance, cameraMean: Vector3(gradX, gradY, gradZ), rotation: gradRotation)
  }
}

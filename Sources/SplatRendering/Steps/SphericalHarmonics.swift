package import SplatCore

/// Turns a view direction and SH coefficients into a colour.
///
/// colour = max(0, 0.5 + Σ basis(direction) · coefficient), with the signs of the released 3DGS
/// code (Condon-Shortley), bands 0...4.
package enum SphericalHarmonics {
  /// Calls `body` for every basis function up to `degree` with its value and its gradient with
  /// respect to the components of `d`.
  @inline(__always)
  static func forEachBasis<Scalar: Real>(
    direction d: Vector3<Scalar>, degree: Int,
    _ body: (_ index: Int, _ value: Scalar, _ gradient: Vector3<Scalar>) -> Void
  ) {
    let zero = Scalar(0)
    body(0, Scalar.zerothHarmonic, .zero)
    guard degree > 0 else { return }
    let (x, y, z) = (d.x, d.y, d.z)
    let c1 = Scalar(0.4886025119029199)
    body(1, -c1 * y, Vector3(zero, -c1, zero))
    body(2, c1 * z, Vector3(zero, zero, c1))
    body(3, -c1 * x, Vector3(-c1, zero, zero))
    guard degree > 1 else { return }
    let (xx, yy, zz) = (x * x, y * y, z * z)
    let (xy, yz, xz) = (x * y, y * z, x * z)
    let two = Scalar(2)
    let c20 = Scalar(1.0925484305920792)
    let c22 = Scalar(0.31539156525252005)
    let c24 = Scalar(0.5462742152960396)
    body(4, c20 * xy, Vector3(c20 * y, c20 * x, zero))
    body(5, -c20 * yz, Vector3(zero, -c20 * z, -c20 * y))
    body(
      6, c22 * (two * zz - xx - yy),
      Vector3(-two * c22 * x, -two * c22 * y, Scalar(4) * c22 * z))
    body(7, -c20 * xz, Vector3(-c20 * z, zero, -c20 * x))
    body(8, c24 * (xx - yy), Vector3(two * c24 * x, -two * c24 * y, zero))
    guard degree > 2 else { return }
    forEachBasisOfBand3(direction: d, body)
    guard degree > 3 else { return }
    forEachBasisOfBand4(direction: d, body)
  }

  @inline(__always)
  private static func forEachBasisOfBand3<Scalar: Real>(
    direction d: Vector3<Scalar>,
    _ body: (_ index: Int, _ value: Scalar, _ gradient: Vector3<Scalar>) -> Void
  ) {
    let (x, y, z) = (d.x, d.y, d.z)
    let (xx, yy, zz) = (x * x, y * y, z * z)
    let zero = Scalar(0)
    let two = Scalar(2)
    let three = Scalar(3)
    let six = Scalar(6)
    let c0 = Scalar(0.5900435899266435)
    let c1 = Scalar(2.890611442640554)
    let c2 = Scalar(0.4570457994644658)
    let c3 = Scalar(0.3731763325901154)
    let c5 = Scalar(1.445305721320277)
    let band = Scalar(4) * zz - xx - yy
    body(
      9, -c0 * y * (three * xx - yy),
      Vector3(-six * c0 * x * y, -three * c0 * (xx - yy), zero))
    body(10, c1 * x * y * z, Vector3(c1 * y * z, c1 * x * z, c1 * x * y))
    body(
      11, -c2 * y * band,
      Vector3(two * c2 * x * y, -c2 * (band - two * yy), Scalar(-8) * c2 * y * z))
    body(
      12, c3 * z * (two * zz - three * xx - three * yy),
      Vector3(-six * c3 * x * z, -six * c3 * y * z, three * c3 * (two * zz - xx - yy)))
    body(
      13, -c2 * x * band,
      Vector3(-c2 * (band - two * xx), two * c2 * x * y, Scalar(-8) * c2 * x * z))
    body(
      14, c5 * z * (xx - yy),
      Vector3(two * c5 * x * z, -two * c5 * y * z, c5 * (xx - yy)))
    body(
      15, -c0 * x * (xx - three * yy),
      Vector3(-three * c0 * (xx - yy), six * c0 * x * y, zero))
  }

  @inline(__always)
  private static func forEachBasisOfBand4<Scalar: Real>(
    direction d: Vector3<Scalar>,
    _ body: (_ index: Int, _ value: Scalar, _ gradient: Vector3<Scalar>) -> Void
  ) {
    let (x, y, z) = (d.x, d.y, d.z)
    let (xx, yy, zz) = (x * x, y * y, z * z)
    let zero = Scalar(0)
    let one = Scalar(1)
    let two = Scalar(2)
    let three = Scalar(3)
    let six = Scalar(6)
    let seven = Scalar(7)
    let c0 = Scalar(2.5033429417967046)
    let c1 = Scalar(1.7701307697799304)
    let c2 = Scalar(0.9461746957575601)
    let c3 = Scalar(0.6690465435572892)
    let c4 = Scalar(0.10578554691520431)
    let c6 = Scalar(0.47308734787878004)
    let c8 = Scalar(0.6258357354491761)
    let sevenths = seven * zz - one
    let threes = seven * zz - three
    let slope = three * threes + six  // d/dz of z(7zz - 3) is 21zz - 3
    body(
      16, c0 * x * y * (xx - yy),
      Vector3(c0 * y * (three * xx - yy), c0 * x * (xx - three * yy), zero))
    body(
      17, -c1 * y * z * (three * xx - yy),
      Vector3(-six * c1 * x * y * z, -three * c1 * z * (xx - yy), -c1 * y * (three * xx - yy)))
    body(
      18, c2 * x * y * sevenths,
      Vector3(c2 * y * sevenths, c2 * x * sevenths, Scalar(14) * c2 * x * y * z))
    body(
      19, -c3 * y * z * threes,
      Vector3(zero, -c3 * z * threes, -c3 * y * slope))
    body(
      20, c4 * (zz * (Scalar(35) * zz - Scalar(30)) + three),
      Vector3(zero, zero, c4 * z * (Scalar(140) * zz - Scalar(60))))
    body(
      21, -c3 * x * z * threes,
      Vector3(-c3 * z * threes, zero, -c3 * x * slope))
    body(
      22, c6 * (xx - yy) * sevenths,
      Vector3(two * c6 * x * sevenths, -two * c6 * y * sevenths, Scalar(14) * c6 * z * (xx - yy)))
    body(
      23, -c1 * x * z * (xx - three * yy),
      Vector3(-three * c1 * z * (xx - yy), six * c1 * x * y * z, -c1 * x * (xx - three * yy)))
    body(
      24, c8 * (xx * (xx - three * yy) - yy * (three * xx - yy)),
      Vector3(
        Scalar(4) * c8 * x * (xx - three * yy), Scalar(-4) * c8 * y * (three * xx - yy), zero))
  }

  /// Returns the direction from the camera to `mean`, of length 1, and the inverse of the distance.
  @inline(__always)
  package static func direction<Scalar: Real>(
    mean: Vector3<Scalar>, center: Vector3<Scalar>
  ) -> (unit: Vector3<Scalar>, inverseDistance: Scalar) {
    let offset = mean - center  // (1)
    let squared = Scalar.maximum(offset.dot(offset), Scalar(1e-30))
    let inverseDistance = Scalar(1) / squared.squareRoot()  // (2)
    return (offset * inverseDistance, inverseDistance)  // (3)
  }

  /// Returns the colour before it is clamped to at least 0.
  ///
  /// `coefficient` gives the RGB coefficients of a basis function.
  @inline(__always)
  package static func forward<Scalar: Real>(
    direction: Vector3<Scalar>, degree: Int, coefficient: (Int) -> Vector3<Scalar>
  ) -> Vector3<Scalar> {
    var color = Vector3(Scalar(0.5), Scalar(0.5), Scalar(0.5))
    forEachBasis(direction: direction, degree: degree) { index, value, _ in
      color += coefficient(index) * value  // (4)
    }
    return color
  }

  /// Passes the gradient of every coefficient to `store` and returns the gradient of the mean
  /// through the direction. `gradColor` is zero where the colour is clamped to 0.
  @inline(__always)
  package static func backward<Scalar: Real>(
    direction: Vector3<Scalar>, inverseDistance: Scalar, degree: Int, gradColor: Vector3<Scalar>,
    coefficient: (Int) -> Vector3<Scalar>, store: (Int, Vector3<Scalar>) -> Void
  ) -> Vector3<Scalar> {
    var gradDirection = Vector3<Scalar>.zero
    forEachBasis(direction: direction, degree: degree) { index, value, gradient in
      store(index, gradColor * value)  // (4)
      if index > 0 { gradDirection += gradient * coefficient(index).dot(gradColor) }  // (4)
    }
    let along = gradDirection.dot(direction)
    return (gradDirection - direction * along) * inverseDistance  // (3) (2) (1)
  }
}

import SplatCore

extension RigidTransform {
  /// How far the products of a rotation's rows may be from 0 and 1.
  private static let tolerance = 1e-3

  /// The transform with the rotation of `rows`, which must be one to within a thousandth, but for a
  /// scale of all of them: frames of reference are scaled, and with them the cameras' axes.
  init(checking written: [[Double]], translation: SIMD3<Double>, at place: JSONPlace)
    throws(FileError)
  {
    // The scale, if there is one.
    var rows = written
    let squares = rows.map { $0.reduce(0) { $0 + $1 * $1 } }
    let square = (squares[0] + squares[1] + squares[2]) / 3
    if abs(square - 1) > Self.tolerance, square.isNormal,
      squares.allSatisfy({ abs($0 / square - 1) <= Self.tolerance })
    {
      let scale = square.squareRoot()
      rows = rows.map { $0.map { $0 / scale } }
    }
    func dot(_ a: Int, _ b: Int) -> Double { (0..<3).reduce(0) { $0 + rows[a][$1] * rows[b][$1] } }
    for a in 0..<3 {
      for b in a..<3 where !(abs(dot(a, b) - (a == b ? 1 : 0)) <= Self.tolerance) {
        throw place.bad("is no rotation: rows \(a) and \(b) have a product of \(dot(a, b))")
      }
    }
    let (x, y, z) = (rows[0], rows[1], rows[2])
    let determinant =
      x[0] * (y[1] * z[2] - y[2] * z[1]) - x[1] * (y[0] * z[2] - y[2] * z[0])
      + x[2] * (y[0] * z[1] - y[1] * z[0])
    guard determinant > 0 else { throw place.bad("is no rotation but a reflection") }
    let matrix = Matrix3(
      Vector3(x[0], x[1], x[2]), Vector3(y[0], y[1], y[2]), Vector3(z[0], z[1], z[2]))
    self.init(rotation: Quaternion(matrix).rotationMatrix, translation: translation)
  }
}

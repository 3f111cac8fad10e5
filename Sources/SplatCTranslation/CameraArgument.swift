import CSplat
import SplatCBase
import SplatCore

extension Camera {
  /// The largest size of an image.
  private static var largestSize: Int32 { 16384 }

  /// A checked `splat_camera`.
  init(_ pointer: UnsafePointer<splat_camera>?) throws(CallFailure) {
    let name = "camera"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_camera())
    let width = try Arguments.integer(given.width, "\(name)->width", in: 1...Self.largestSize)
    let height = try Arguments.integer(given.height, "\(name)->height", in: 1...Self.largestSize)
    func focal(_ value: Double, _ member: String) throws(CallFailure) -> Double {
      try Arguments.number(value, "\(name)->\(member)", expected: "a number above 0") { $0 > 0 }
    }
    func principal(_ value: Double, _ member: String) throws(CallFailure) -> Double {
      try Arguments.number(value, "\(name)->\(member)", expected: "a finite number") { _ in true }
    }
    self.init(
      width: width, height: height,
      focalLength: SIMD2(try focal(given.fx, "fx"), try focal(given.fy, "fy")),
      principalPoint: SIMD2(try principal(given.cx, "cx"), try principal(given.cy, "cy")),
      viewMatrix: try Self.viewMatrix(given, name: "\(name)->view_matrix"))
  }

  private static func viewMatrix(
    _ given: splat_camera, name: String
  ) throws(CallFailure) -> RigidTransform {
    let m = given.view_matrix
    let entries = [
      m.0, m.1, m.2, m.3, m.4, m.5, m.6, m.7, m.8, m.9, m.10, m.11, m.12, m.13, m.14, m.15,
    ]
    for (index, value) in entries.enumerated() {
      _ = try Arguments.number(
        value, "\(name)[\(index)]", expected: "a number of at most 1e12"
      ) { abs($0) <= 1e12 }
    }
    guard entries[12...] == [0, 0, 0, 1] else {
      throw .argument("the last row of \(name)", Array(entries[12...]), expected: "0 0 0 1")
    }
    func row(_ index: Int) -> Vector3<Double> {
      Vector3(entries[4 * index], entries[4 * index + 1], entries[4 * index + 2])
    }
    let rows = [row(0), row(1), row(2)]
    for i in 0..<3 {
      for j in i..<3 {
        let product = rows[i].dot(rows[j])
        guard abs(product - (i == j ? 1 : 0)) <= 1e-3 else {
          throw .argument(
            "the product of rows \(i) and \(j) of \(name)", product,
            expected: "\(i == j ? 1 : 0) to 1e-3, as in a rotation")
        }
      }
    }
    return RigidTransform(
      rotation: Matrix3(rows[0], rows[1], rows[2]),
      translation: SIMD3(entries[3], entries[7], entries[11]))
  }
}

import SplatCore

/// The transform of a node: a matrix, or translation, rotation and scale.
struct GLTFNode {
  private let place: JSONPlace

  /// How far the squared length of a rotation may be from 1.
  private static let tolerance = 1e-2

  init(_ place: JSONPlace) { self.place = place }

  func transform() throws(FileError) -> GLTFTransform {
    let matrix = try place.optional("matrix")?.numbers(16)
    var columns: [SIMD3<Double>] = []
    var translation = SIMD3<Double>()
    if let matrix {
      // By columns, each of four.
      columns = (0..<3).map { SIMD3(matrix[$0 * 4], matrix[$0 * 4 + 1], matrix[$0 * 4 + 2]) }
      translation = SIMD3(matrix[12], matrix[13], matrix[14])
    } else {
      let t = try place.optional("translation")?.numbers(3) ?? [0, 0, 0]
      let r = try place.optional("rotation")?.numbers(4) ?? [0, 0, 0, 1]
      let s = try place.optional("scale")?.numbers(3) ?? [1, 1, 1]
      let q = Quaternion(w: r[3], x: r[0], y: r[1], z: r[2])
      guard abs(q.squaredNorm - 1) < Self.tolerance else {
        throw try place.member("rotation").bad("is no unit quaternion")
      }
      let turn = (q * (1 / q.squaredNorm.squareRoot())).rotationMatrix
      let unit = [turn.column0, turn.column1, turn.column2]
      columns = zip(unit, s).map { SIMD3($0.x, $0.y, $0.z) * $1 }
      translation = SIMD3(t[0], t[1], t[2])
    }
    let transform = GLTFTransform(columns: columns, translation: translation)
    guard transform.keepsHandedness else {
      throw place.bad(
        "has a transform that mirrors or flattens; turning, moving and scaling are read")
    }
    return transform
  }
}

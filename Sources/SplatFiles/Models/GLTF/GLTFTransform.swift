import SplatCore

/// What a node does to points: a matrix, and a translation after it.
struct GLTFTransform {
  /// The columns of the matrix.
  let columns: [SIMD3<Double>]
  let translation: SIMD3<Double>

  /// The transform that changes nothing.
  static let identity = Self(
    columns: [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)], translation: .zero)

  init(columns: [SIMD3<Double>], translation: SIMD3<Double>) {
    self.columns = columns
    self.translation = translation
  }

  /// Whether right hands stay right hands, and volumes are kept from vanishing.
  var keepsHandedness: Bool {
    let volume = (Self.cross(columns[0], columns[1]) * columns[2]).sum()
    return volume > 0 && volume.isFinite && (translation * 0).sum() == 0
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  /// A direction after the matrix.
  private func linear(_ vector: SIMD3<Double>) -> SIMD3<Double> {
    columns[0] * vector.x + columns[1] * vector.y + columns[2] * vector.z
  }

  /// The transform that applies `right` first and `left` after it.
  static func * (left: Self, right: Self) -> Self {
    Self(
      columns: right.columns.map(left.linear),
      translation: left.linear(right.translation) + left.translation)
  }

  /// The model after the transform.
  func apply(to splats: Splats) -> Splats {
    guard let similar = SimilarityTransform(columns: columns, translation: translation) else {
      return stretched(splats)
    }
    return similar.isIdentity ? splats : splats.transformed(by: similar)
  }

  /// The model after a transform that stretches it: covariances become M Σ Mᵀ, and harmonics turn
  /// by the rotation that is nearest to M.
  private func stretched(_ splats: Splats) -> Splats {
    var result = splats
    let harmonics = HarmonicRotation(rotation, degree: splats.shDegree)
    result.unpack { index, view in
      let mean = linear(SIMD3<Double>(view.vector(Plane.means, index))) + translation
      view.setVector(Plane.means, index, SIMD3<Float>(mean))
      // The columns of M R S, whose product with its transpose is the covariance.
      let q = view.rotation(index).unit
      let turn = Quaternion(w: Double(q.w), x: Double(q.x), y: Double(q.y), z: Double(q.z))
        .rotationMatrix
      var axes: [SIMD3<Double>] = []
      for (axis, column) in [turn.column0, turn.column1, turn.column2].enumerated() {
        let logScale = max(view[Plane.logScales + axis, index], Quantum.flatLogScale)
        axes.append(
          linear(SIMD3(column.x, column.y, column.z)) * Double.exp(Double(logScale)))
      }
      let (unit, lengths) = Self.orthogonalized(axes)
      for axis in 0..<3 {
        view[Plane.logScales + axis, index] = Float(Double.log(lengths[axis]))
      }
      let rows = Matrix3(Vector3<Double>(unit[0]), Vector3(unit[1]), Vector3(unit[2])).transposed
      let r = Quaternion(rows)
      view.setRotation(
        index, Quaternion(w: Float(r.w), x: Float(r.x), y: Float(r.y), z: Float(r.z)))
      harmonics.apply(to: view, index)
    }
    return result
  }

  /// The rotation that is nearest to the matrix, by Newton's iteration for the polar decomposition
  /// (Higham 1986): half the sum of the matrix and of its inverse, transposed.
  private var rotation: Matrix3<Double> {
    var c = columns
    for _ in 0..<Self.mostIterations {
      let inverse = [Self.cross(c[1], c[2]), Self.cross(c[2], c[0]), Self.cross(c[0], c[1])]
      let volume = (inverse[2] * c[2]).sum()
      c = zip(c, inverse).map { ($0 + $1 / volume) / 2 }
    }
    let rows = Matrix3(Vector3<Double>(c[0]), Vector3(c[1]), Vector3(c[2])).transposed
    return Quaternion(rows).rotationMatrix
  }

  /// Both iterations settle in fewer steps.
  private static let mostIterations = 40
  /// Columns whose cosine is below this are orthogonal.
  private static let smallestCosine = 1e-14

  /// Turns pairs of columns until all are orthogonal (Hestenes 1958): the axes, right-handed and of
  /// length one, and their lengths.
  private static func orthogonalized(_ columns: [SIMD3<Double>]) -> (
    unit: [SIMD3<Double>], lengths: [Double]
  ) {
    var c = columns
    for _ in 0..<mostIterations {
      var isDone = true
      for (p, q) in [(0, 1), (0, 2), (1, 2)] {
        let (a, b, g) = ((c[p] * c[p]).sum(), (c[q] * c[q]).sum(), (c[p] * c[q]).sum())
        guard abs(g) > smallestCosine * (a * b).squareRoot() else { continue }
        isDone = false
        let zeta = (b - a) / (2 * g)
        let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        (c[p], c[q]) = (
          (c[p] - c[q] * tangent) * cosine, (c[p] * tangent + c[q]) * cosine
        )
      }
      if isDone { break }
    }
    let lengths = c.map { max(($0 * $0).sum().squareRoot(), Double(Float.leastNormalMagnitude)) }
    var unit = zip(c, lengths).map { $0 / $1 }
    // Rounding may leave a thin axis askew; the third follows from the two longest.
    let thinnest = (0..<3).min { lengths[$0] < lengths[$1] } ?? 2
    let cross = cross(unit[(thinnest + 1) % 3], unit[(thinnest + 2) % 3])
    unit[thinnest] = cross / max((cross * cross).sum().squareRoot(), .leastNormalMagnitude)
    return (unit, lengths)
  }
}

/// The directions in which vectors spread least and most.
package struct PrincipalAxes: Sendable {
  /// The directions, orthonormal, the one with the least spread first.
  package let directions: [SIMD3<Double>]
  /// The mean squares of the vectors along ``directions``.
  package let meanSquares: [Double]

  /// The number of passes over all pairs of axes; Jacobi's method converges in fewer.
  private static let sweeps = 12

  /// The axes of `vectors` around the origin, by Jacobi's method (Golub and Van Loan, Matrix
  /// Computations, section 8.5).
  package init(of vectors: [SIMD3<Double>]) {
    // The mean of the products of components.
    var matrix = [SIMD3<Double>](repeating: .zero, count: 3)
    for vector in vectors {
      for axis in 0..<3 { matrix[axis] += vector * vector[axis] }
    }
    matrix = matrix.map { $0 / Double(max(1, vectors.count)) }
    // Rotate each pair of axes until the products between them vanish.
    var axes: [SIMD3<Double>] = [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)]
    for _ in 0..<Self.sweeps {
      for (p, q) in [(0, 1), (0, 2), (1, 2)] where matrix[p][q] != 0 {
        let ratio = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
        let tangent = (ratio < 0 ? -1 : 1) / (abs(ratio) + (ratio * ratio + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        (matrix[p], matrix[q]) = (
          matrix[p] * cosine - matrix[q] * sine, matrix[p] * sine + matrix[q] * cosine
        )
        for row in 0..<3 {
          let (a, b) = (matrix[row][p], matrix[row][q])
          matrix[row][p] = a * cosine - b * sine
          matrix[row][q] = a * sine + b * cosine
        }
        (axes[p], axes[q]) = (
          axes[p] * cosine - axes[q] * sine, axes[p] * sine + axes[q] * cosine
        )
      }
    }
    let order = (0..<3).sorted { matrix[$0][$0] < matrix[$1][$1] }
    directions = order.map { axes[$0] }
    meanSquares = order.map { max(0, matrix[$0][$0]) }
  }
}

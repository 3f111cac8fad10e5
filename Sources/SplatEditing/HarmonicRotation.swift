import COpenBLAS
package import SplatCore
import SplatRendering

/// The matrices that turn spherical harmonics along with a model (Wigner's D, for real functions).
///
/// A turned model has the colour in a turned direction that it had before in the direction itself. For
/// each band that is a linear system over some directions, which least squares (LAPACK's dgelsy) solve
/// to rounding, since a band is closed under rotations.
package struct HarmonicRotation: Sendable {
  /// For each band after the first, its (2 l + 1)² matrix by rows.
  package let bands: [[Float]]

  /// Creates the matrices of bands 1...`degree`.
  package init(_ rotation: Matrix3<Double>, degree: Int) {
    bands =
      degree == 0
      ? [] : (1...degree).map { Self.matrix(rotation, band: $0).map { Float($0) } }
  }

  /// Turns the coefficients of one Gaussian.
  @inline(__always)
  package func apply(to view: ParameterView, _ index: Int) {
    for (place, matrix) in bands.enumerated() {
      let size = 2 * place + 3
      let first = Plane.sh + (place + 1) * (place + 1) * 3
      for channel in 0..<3 {
        // Band 4, the largest, has nine coefficients.
        var old = SIMD16<Float>()
        for order in 0..<size { old[order] = view[first + order * 3 + channel, index] }
        for row in 0..<size {
          var sum: Float = 0
          for column in 0..<size { sum += matrix[row * size + column] * old[column] }
          view[first + row * 3 + channel, index] = sum
        }
      }
    }
  }

  private static func matrix(_ rotation: Matrix3<Double>, band: Int) -> [Double] {
    let size = 2 * band + 1
    let directions = spread(count: 3 * size)
    let (rows, columns) = (directions.count, size)
    // By columns, as LAPACK holds matrices.
    var left = [Double](repeating: 0, count: rows * columns)
    var right = left
    for (row, direction) in directions.enumerated() {
      let before = values(direction, band: band)
      let after = values(rotation * direction, band: band)
      for column in 0..<columns {
        left[column * rows + row] = after[column]
        right[column * rows + row] = before[column]
      }
    }
    let isSolved = solve(&left, &right, rows: rows, columns: columns)
    precondition(isSolved, "the functions of a band are independent over many directions")
    return (0..<size * size).map { right[$0 % size * rows + $0 / size] }
  }

  /// Replaces the first rows of `right` by the least-squares solution of left · x = right, for as many
  /// right-hand sides as there are columns.
  private static func solve(
    _ left: inout [Double], _ right: inout [Double], rows: Int, columns: Int
  ) -> Bool {
    var (m, n, sides) = (Int32(rows), Int32(columns), Int32(columns))
    var (leading, room, status) = (Int32(rows), Int32(64 * rows), Int32(0))
    var (pivots, condition, rank) = ([Int32](repeating: 0, count: columns), 1e-10, Int32(0))
    var work = [Double](repeating: 0, count: Int(room))
    unsafe dgelsy_(
      &m, &n, &sides, &left, &leading, &right, &leading, &pivots, &condition, &rank, &work, &room,
      &status)
    return status == 0 && rank == n
  }

  /// Directions all over the sphere (a Fibonacci lattice).
  private static func spread(count: Int) -> [Vector3<Double>] {
    let golden = (1 + 5.0.squareRoot()) / 2
    return (0..<count).map { index in
      let z = 1 - (2 * Double(index) + 1) / Double(count)
      let radius = (1 - z * z).squareRoot()
      let angle = 2 * Double.pi * Double(index) / golden
      return Vector3(radius * Double.cos(angle), radius * Double.cos(angle - .pi / 2), z)
    }
  }

  /// The basis functions of a band at a direction.
  private static func values(_ direction: Vector3<Double>, band: Int) -> [Double] {
    (band * band..<(band + 1) * (band + 1)).map { wanted in
      let color = SphericalHarmonics.forward(direction: direction, degree: band) { index in
        index == wanted ? Vector3(1.0, 1, 1) : .zero
      }
      return color.x - 0.5
    }
  }
}

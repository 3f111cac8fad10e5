/// The matrices that rotate spherical harmonics along with a model (Wigner's D for real functions).
///
/// After a rotation R, the colour in the direction R d is what it was in the direction d. In each
/// band, Y(R d) = M Y(d) for a rotation matrix M, so the coefficients are multiplied by M. The
/// matrix of a band follows from those of band 1 and of the band before it (Ivanic and Ruedenberg,
/// J. Phys. Chem. 100, 1996, 6342, with the corrections of 102, 1998, 9099).
package struct HarmonicRotation: Sendable {
  /// For each band after the first, its (2 l + 1)² matrix by rows.
  package let bands: [[Float]]

  /// Creates the matrices of bands 1...`degree`.
  package init(_ rotation: Matrix3<Double>, degree: Int) {
    var last = BandRotation(rotation)
    let first = last
    var bands: [[Float]] = []
    for band in 1..<max(1, degree + 1) {
      if band > 1 { last = BandRotation(after: last, first: first) }
      bands.append(last.withCondonShortleyPhase)
    }
    self.bands = bands
  }

  /// Rotates the coefficients of one Gaussian.
  @inline(__always)
  package func apply(to view: ParameterView, _ index: Int) {
    for (bandIndex, matrix) in bands.enumerated() {
      let size = 2 * bandIndex + 3
      let first = Plane.sh + (bandIndex + 1) * (bandIndex + 1) * 3
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
}

/// The matrix M of one band, for real harmonics without the Condon-Shortley phase.
private struct BandRotation {
  /// The band l, from 1 on.
  let band: Int
  /// The (2 l + 1)² entries, by rows.
  private var entries: [Double]

  /// Band 1, whose functions are proportional to y, z and x.
  init(_ rotation: Matrix3<Double>) {
    band = 1
    let rows = [rotation.row1, rotation.row2, rotation.row0]
    entries = rows.flatMap { [$0.y, $0.z, $0.x] }
  }

  /// The band after `last`.
  init(after last: BandRotation, first: BandRotation) {
    let band = last.band + 1
    self.band = band
    entries = []
    for m in -band...band {
      for n in -band...band { entries.append(Self.entry(m, n, last: last, first: first)) }
    }
  }

  /// The entry of row m and column n, both -l...l.
  private subscript(_ m: Int, _ n: Int) -> Double {
    entries[(m + band) * (2 * band + 1) + n + band]
  }

  /// u U + v V + w W of table 1, with the sums of table 2.
  private static func entry(_ m: Int, _ n: Int, last: BandRotation, first: BandRotation) -> Double {
    let l = last.band + 1
    let size = abs(m)
    func root(_ numerator: Int) -> Double {
      let denominator = abs(n) < l ? (l + n) * (l - n) : 2 * l * (2 * l - 1)
      return (Double(numerator) / Double(denominator)).squareRoot()
    }
    // P of table 2, from a row of band 1 and a row of the band before.
    func product(_ i: Int, _ row: Int) -> Double {
      if abs(n) < l { return first[i, 0] * last[row, n] }
      return n > 0
        ? first[i, 1] * last[row, l - 1] - first[i, -1] * last[row, 1 - l]
        : first[i, 1] * last[row, 1 - l] + first[i, -1] * last[row, l - 1]
    }
    // U, whose factor u is zero where |m| = l.
    var sum = size < l ? root((l + m) * (l - m)) * product(0, m) : 0
    // V, which has one term for |m| = 1.
    if m == 0 {
      sum -= root(2 * (l - 1) * l) / 2 * (product(1, 1) + product(-1, -1))
    } else {
      let v = root((l + size - 1) * (l + size)) / 2
      let single = 2.0.squareRoot()
      if m > 0 {
        sum += v * (m == 1 ? single * product(1, 0) : product(1, m - 1) - product(-1, 1 - m))
      } else {
        sum += v * (m == -1 ? single * product(-1, 0) : product(1, m + 1) + product(-1, -m - 1))
      }
    }
    // W, whose factor w is zero where |m| is 0, l or l - 1.
    if size > 0, size < l - 1 {
      let w = -root((l - size - 1) * (l - size)) / 2
      sum +=
        w
        * (m > 0
          ? product(1, m + 1) + product(-1, -m - 1) : product(1, m - 1) - product(-1, 1 - m))
    }
    return sum
  }

  /// The entries for functions with the Condon-Shortley phase, as this program uses them.
  var withCondonShortleyPhase: [Float] {
    (-band...band).flatMap { m in
      (-band...band).map { n in Float((m + n).isMultiple(of: 2) ? self[m, n] : -self[m, n]) }
    }
  }
}

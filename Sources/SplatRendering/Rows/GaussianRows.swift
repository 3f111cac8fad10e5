package import SplatCore

/// The parameters of Gaussians in a caller's memory: for each kind of parameter, a row of floats
/// for each Gaussian.
package struct GaussianRows: Sendable {
  /// The number of Gaussians.
  package var count: Int
  /// How scales, opacities and colours are given.
  package var form: ParameterForm
  /// The degree of the harmonics; 0 for direct colours.
  package var shDegree: Int
  /// count x 3.
  package var means: BufferView<Float>
  /// count x 4: w, x, y, z.
  package var quaternions: BufferView<Float>
  /// count x 3.
  package var scales: BufferView<Float>
  /// count.
  package var opacities: BufferView<Float>
  /// The coefficients of all harmonics, or of the constant one if ``shRest`` is given: RGB of each.
  package var colors: BufferView<Float>
  /// The coefficients of the other harmonics, or nil.
  package var shRest: BufferView<Float>?

  package init(
    count: Int, form: ParameterForm, shDegree: Int, means: BufferView<Float>,
    quaternions: BufferView<Float>, scales: BufferView<Float>, opacities: BufferView<Float>,
    colors: BufferView<Float>, shRest: BufferView<Float>?
  ) {
    self.count = count
    self.form = form
    self.shDegree = shDegree
    self.means = means
    self.quaternions = quaternions
    self.scales = scales
    self.opacities = opacities
    self.colors = colors
    self.shRest = shRest
  }

  /// The number of planes of a table that holds the parameters.
  package var planes: Int { Plane.count(shDegree: shDegree) }

  /// Overwrites `table`, which has as many Gaussians and ``planes``, with the parameters.
  package func copy(to table: inout ParameterBlocks, workers: Workers) {
    precondition(table.count == count && table.planes == planes, "a table of the same size")
    let widths = ColorWidths(shDegree: shDegree, isSplit: shRest != nil)
    table.withView { table in
      workers.forEachRange(table.blockCount, size: Workers.rowsPerPiece / 8) { blocks, _ in
        for index in blocks {
          let block = table.lanes(ofBlock: index)
          func copy(_ rows: BufferView<Float>, _ width: Int, _ plane: Int) {
            BlockRows(rows, width: width, block: index, rowCount: count)
              .copy(to: block, plane: plane)
          }
          copy(means, 3, Plane.means)
          copy(scales, 3, Plane.logScales)
          copy(quaternions, 4, Plane.rotations)
          copy(opacities, 1, Plane.opacityLogit)
          copy(colors, widths.colors, Plane.sh)
          if let shRest, widths.rest > 0 { copy(shRest, widths.rest, Plane.sh + 3) }
        }
      }
    }
  }
}

/// How many floats of a Gaussian's colour lie in each of two arrays.
package struct ColorWidths: Sendable {
  /// In the array of all coefficients or of the constant ones.
  package let colors: Int
  /// In the array of the others.
  package let rest: Int

  package init(shDegree: Int, isSplit: Bool) {
    let all = 3 * (shDegree + 1) * (shDegree + 1)
    colors = isSplit ? 3 : all
    rest = isSplit ? all - 3 : 0
  }
}

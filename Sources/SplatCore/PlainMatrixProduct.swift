/// Products of matrices for builds that link no library for them; the same bits on every processor.
package enum PlainMatrixProduct {
  /// The columns that are computed at a time, two vectors.
  private static let width = 2 * Lanes.scalarCount

  /// Subtracts left · rightᵀ from `result`: rows x columns, where `left` is rows x depth and
  /// `right` columns x depth, all held by rows.
  package static func subtractTransposed(
    _ left: BufferView<Float>, _ right: BufferView<Float>, from result: BufferView<Float>,
    rows: Int, columns: Int, depth: Int
  ) {
    precondition(left.count >= rows * depth && right.count >= columns * depth)
    precondition(result.count >= rows * columns)
    var panel = [Float](repeating: 0, count: width * depth)
    var sums = [Float](repeating: 0, count: 4 * width)
    panel.withView { panel in
      sums.withView { sums in
        for column in stride(from: 0, to: columns, by: width) {
          // Rows of `right` side by side, so that an entry of all is in two vectors.
          let found = min(width, columns - column)
          for place in 0..<found {
            for entry in 0..<depth {
              panel[entry * width + place] = right[(column + place) * depth + entry]
            }
          }
          for row in stride(from: 0, to: rows, by: 4) {
            multiply(left, panel, into: sums, row: row, rows: rows, depth: depth)
            for next in 0..<min(4, rows - row) {
              let start = (row + next) * columns + column
              for place in 0..<found { result[start + place] -= sums[next * width + place] }
            }
          }
        }
      }
    }
  }

  /// The products of four rows of `left` with the panel; rows beyond the last are the last again.
  private static func multiply(
    _ left: BufferView<Float>, _ panel: BufferView<Float>, into sums: BufferView<Float>, row: Int,
    rows: Int, depth: Int
  ) {
    let (a, b) = (row * depth, min(row + 1, rows - 1) * depth)
    let (c, d) = (min(row + 2, rows - 1) * depth, min(row + 3, rows - 1) * depth)
    var (a0, a1, b0, b1) = (Lanes(), Lanes(), Lanes(), Lanes())
    var (c0, c1, d0, d1) = (Lanes(), Lanes(), Lanes(), Lanes())
    for entry in 0..<depth {
      let low = panel.lanes(entry * width)
      let high = panel.lanes(entry * width + Lanes.scalarCount)
      // The caller has checked that there are `rows` rows.
      let (fa, fb) = unsafe (left[unchecked: a + entry], left[unchecked: b + entry])
      let (fc, fd) = unsafe (left[unchecked: c + entry], left[unchecked: d + entry])
      a0.addProduct(fa, low)
      a1.addProduct(fa, high)
      b0.addProduct(fb, low)
      b1.addProduct(fb, high)
      c0.addProduct(fc, low)
      c1.addProduct(fc, high)
      d0.addProduct(fd, low)
      d1.addProduct(fd, high)
    }
    sums.setLanes(0, a0)
    sums.setLanes(8, a1)
    sums.setLanes(16, b0)
    sums.setLanes(24, b1)
    sums.setLanes(32, c0)
    sums.setLanes(40, c1)
    sums.setLanes(48, d0)
    sums.setLanes(56, d1)
  }
}

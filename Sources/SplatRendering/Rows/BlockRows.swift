import SplatCore

/// Eight rows of a table that lies in memory row by row, one row for each Gaussian.
struct BlockRows {
  /// The whole table.
  let table: BufferView<Float>
  /// The number of floats of a row.
  let width: Int
  /// The first of the rows, and how many there are: fewer than eight at the end of the table.
  let first: Int, count: Int

  /// The rows of the block at `index` in a table of `rowCount` rows.
  @inline(__always)
  init(_ table: BufferView<Float>, width: Int, block index: Int, rowCount: Int) {
    self.table = table
    self.width = width
    first = index * Lanes.scalarCount
    count = min(Lanes.scalarCount, rowCount - first)
    precondition(count > 0 && (first + count) * width <= table.count, "rows of the table")
  }

  /// Eight columns of eight rows: a vector for each row.
  private typealias Square = (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)

  @inline(__always)
  private func square(_ column: Int) -> Square {
    func row(_ index: Int) -> Lanes { table.lanes((first + index) * width + column) }
    return (row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7))
  }

  /// How many of the columns, from the first on, are taken eight at a time.
  private var squareColumns: Int { count == Lanes.scalarCount ? width & ~7 : 0 }

  /// Copies the rows to the planes of `block` from `plane` on; columns past the table are 0.
  @inline(__always)
  func copy(to block: LaneBlock, plane: Int) {
    for column in stride(from: 0, to: squareColumns, by: 8) {
      let s = square(column)
      let t = Lanes.transposed(s.0, s.1, s.2, s.3, s.4, s.5, s.6, s.7)
      block[plane + column] = t.0
      block[plane + column + 1] = t.1
      block[plane + column + 2] = t.2
      block[plane + column + 3] = t.3
      block[plane + column + 4] = t.4
      block[plane + column + 5] = t.5
      block[plane + column + 6] = t.6
      block[plane + column + 7] = t.7
    }
    for column in squareColumns..<width {
      if count < Lanes.scalarCount { block[plane + column] = Lanes(0) }
      for row in 0..<count {
        block.set(plane: plane + column, lane: row, table[(first + row) * width + column])
      }
    }
  }

  /// Adds the planes of `block` from `plane` on to the rows.
  @inline(__always)
  func add(_ block: LaneBlock, plane: Int) { write(block, plane: plane, adds: true) }

  /// Overwrites the rows with the planes of `block` from `plane` on.
  @inline(__always)
  func fill(from block: LaneBlock, plane: Int) { write(block, plane: plane, adds: false) }

  @inline(__always)
  private func write(_ block: LaneBlock, plane: Int, adds: Bool) {
    for column in stride(from: 0, to: squareColumns, by: 8) {
      let p = plane + column
      let t = Lanes.transposed(
        block[p], block[p + 1], block[p + 2], block[p + 3], block[p + 4], block[p + 5],
        block[p + 6], block[p + 7])
      @inline(__always)
      func write(_ row: Int, _ value: Lanes) {
        let index = (first + row) * width + column
        table.setLanes(index, adds ? table.lanes(index) + value : value)
      }
      write(0, t.0)
      write(1, t.1)
      write(2, t.2)
      write(3, t.3)
      write(4, t.4)
      write(5, t.5)
      write(6, t.6)
      write(7, t.7)
    }
    for column in squareColumns..<width {
      let values = block[plane + column]
      for row in 0..<count {
        let index = (first + row) * width + column
        table[index] = adds ? table[index] + values[row] : values[row]
      }
    }
  }

  /// Adds a number for each row to a column.
  @inline(__always)
  func add(_ values: Lanes, column: Int) {
    for row in 0..<count { table[(first + row) * width + column] += values[row] }
  }
}

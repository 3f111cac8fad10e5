import SplatCore

extension FileOutput {
  /// Rows that are made and written at a time.
  private static let chunk = 32768

  /// Adds `count` rows of `size` bytes each, which several threads make.
  ///
  /// - Parameter fill: writes the bytes of a row to a view of them, which hold zeros or another
  ///   row's bytes before.
  func append(
    rows count: Int, size: Int, workers: Workers = Workers(),
    _ fill: @Sendable (_ row: Int, _ bytes: BufferView<UInt8>) -> Void
  ) throws(FileError) {
    var rows: [UInt8] = []
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let rowCount = min(Self.chunk, count - start)
      if rows.count != rowCount * size { rows = [UInt8](repeating: 0, count: rowCount * size) }
      rows.withView { view in
        workers.forEachRange(rowCount, size: Workers.rowsPerPiece) { range, _ in
          for row in range { fill(start + row, view.slice(row * size..<(row + 1) * size)) }
        }
      }
      try append(rows)
    }
  }
}

extension Array where Element == UInt8 {
  /// Rows of `size` bytes each, which several threads make.
  init(
    rows count: Int, size: Int, workers: Workers,
    _ fill: @Sendable (_ row: Int, _ bytes: BufferView<UInt8>) -> Void
  ) {
    self.init(repeating: 0, count: count * size)
    withView { view in
      workers.forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for row in range { fill(row, view.slice(row * size..<(row + 1) * size)) }
      }
    }
  }
}

extension FileBytes {
  /// Calls `body` on several threads for each of `count` rows of `size` bytes from `start` on, and
  /// gives back the memory of those that are done.
  @inline(__always)
  func forEachRow(
    _ count: Int, from start: Int, size: Int, _ body: @Sendable (_ row: Int) -> Void
  ) {
    Workers().forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
      for row in range { body(row) }
      // The last row may be shorter than `size`.
      let end = min(self.count, start + range.upperBound * size)
      release(start + range.lowerBound * size..<end)
    }
  }
}

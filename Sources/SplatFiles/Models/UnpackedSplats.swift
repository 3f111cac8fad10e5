import SplatCore

extension Splats {
  /// Calls `body` for every Gaussian, on several threads.
  mutating func unpack(_ body: @Sendable (_ index: Int, _ view: ParameterView) -> Void) {
    let count = count
    parameters.withView { view in
      Workers().forEachRange(count, size: Workers.rowsPerPiece) { range, _ in
        for index in range { body(index, view) }
      }
    }
  }
}

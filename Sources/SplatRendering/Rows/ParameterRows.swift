package import SplatCore

/// The parameters of Gaussians in a caller's memory, or their gradients, in rows as in
/// ``GaussianRows``; nil where one is not wanted.
package struct ParameterRows: Sendable {
  /// The number of Gaussians.
  package var count: Int
  /// The layout of the colours.
  package var widths: ColorWidths
  package var means: BufferView<Float>?
  package var quaternions: BufferView<Float>?
  package var scales: BufferView<Float>?
  package var opacities: BufferView<Float>?
  package var colors: BufferView<Float>?
  package var shRest: BufferView<Float>?

  /// Nothing is wanted.
  package init(count: Int, widths: ColorWidths) {
    self.count = count
    self.widths = widths
  }

  /// Calls `body` with the rows of a block in each table, and their first plane.
  @inline(__always)
  func forEachTable(block index: Int, _ body: (_ rows: BlockRows, _ plane: Int) -> Void) {
    func table(_ table: BufferView<Float>?, _ width: Int, _ plane: Int) {
      guard let table, width > 0 else { return }
      body(BlockRows(table, width: width, block: index, rowCount: count), plane)
    }
    table(means, 3, Plane.means)
    table(scales, 3, Plane.logScales)
    table(quaternions, 4, Plane.rotations)
    table(opacities, 1, Plane.opacityLogit)
    table(colors, widths.colors, Plane.sh)
    table(shRest, widths.rest, Plane.sh + 3)
  }

  /// Overwrites the tables with the parameters of as many Gaussians.
  package func fill(from parameters: ParameterBlocks, workers: Workers) {
    precondition(parameters.count == count, "as many Gaussians")
    parameters.withReadOnlyView { view in
      workers.forEachRange(view.blockCount, size: Workers.rowsPerPiece / 8) { blocks, _ in
        for index in blocks {
          forEachTable(block: index) { rows, plane in
            rows.fill(from: view.lanes(ofBlock: index), plane: plane)
          }
        }
      }
    }
  }
}

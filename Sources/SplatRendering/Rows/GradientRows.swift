package import SplatCore

/// The gradients of Gaussians in a caller's memory; nil where one is not wanted.
package struct GradientRows: Sendable {
  /// Of the parameters.
  package var parameters: ParameterRows
  /// count x 2: of the projected means.
  package var means2D: BufferView<Float>?
  /// count x 2: sums of the magnitudes of those.
  package var absoluteMeans2D: BufferView<Float>?

  /// Nothing is wanted but the gradients of the parameters.
  package init(_ parameters: ParameterRows) { self.parameters = parameters }

  /// Adds the gradient of a block.
  @inline(never)
  package func add(_ gradient: BlockGradient) {
    guard gradient.isVisible else { return }
    parameters.forEachTable(block: gradient.index) { rows, plane in
      rows.add(gradient.parameters.lanes, plane: plane)
    }
    let projected = gradient.projected
    func add(_ table: BufferView<Float>?, _ x: Lanes, _ y: Lanes) {
      guard let table else { return }
      let rows = BlockRows(
        table, width: 2, block: gradient.index, rowCount: parameters.count)
      rows.add(x, column: 0)
      rows.add(y, column: 1)
    }
    add(means2D, projected.meanX, projected.meanY)
    add(absoluteMeans2D, projected.absoluteX, projected.absoluteY)
  }
}

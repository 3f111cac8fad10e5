package import SplatCore

/// The gradients of Gaussians in a caller's memory, in rows as in ``GaussianRows``; nil where one is
/// not wanted.
package struct GradientRows: Sendable {
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
  /// count x 2: of the projected means.
  package var means2D: BufferView<Float>?
  /// count x 2: sums of the magnitudes of those.
  package var absoluteMeans2D: BufferView<Float>?

  /// Nothing is wanted.
  package init(count: Int, widths: ColorWidths) {
    self.count = count
    self.widths = widths
  }

  /// Adds the gradient of a block.
  @inline(never)
  package func add(_ gradient: BlockGradient) {
    guard gradient.isVisible else { return }
    let lanes = gradient.parameters.lanes
    func rows(_ table: BufferView<Float>, _ width: Int) -> BlockRows {
      BlockRows(table, width: width, block: gradient.index, rowCount: count)
    }
    if let means { rows(means, 3).add(lanes, plane: Plane.means) }
    if let scales { rows(scales, 3).add(lanes, plane: Plane.logScales) }
    if let quaternions { rows(quaternions, 4).add(lanes, plane: Plane.rotations) }
    if let opacities { rows(opacities, 1).add(lanes, plane: Plane.opacityLogit) }
    if let colors { rows(colors, widths.colors).add(lanes, plane: Plane.sh) }
    if let shRest, widths.rest > 0 { rows(shRest, widths.rest).add(lanes, plane: Plane.sh + 3) }
    if let means2D {
      rows(means2D, 2).add(gradient.projected.meanX, column: 0)
      rows(means2D, 2).add(gradient.projected.meanY, column: 1)
    }
    if let absoluteMeans2D {
      rows(absoluteMeans2D, 2).add(gradient.projected.absoluteX, column: 0)
      rows(absoluteMeans2D, 2).add(gradient.projected.absoluteY, column: 1)
    }
  }
}

package import SplatCore

/// The planes of an image, row by row; all planes have the same row stride.
package struct ImagePlanes: Sendable {
  package var red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>
  /// The share of the background's light that gets through, 0...1.
  package var transmittance: BufferView<Float>
  /// The accumulated depth, Σ weight z; empty if it is not requested.
  package var depth: BufferView<Float>
  /// The number of floats from one row to the next.
  package var rowStride: Int

  package init(
    red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>,
    transmittance: BufferView<Float>, depth: BufferView<Float>, rowStride: Int
  ) {
    self.red = red
    self.green = green
    self.blue = blue
    self.transmittance = transmittance
    self.depth = depth
    self.rowStride = rowStride
  }
}

/// The gradient of the loss with respect to the planes of an image, row by row.
package struct ImageGradients: Sendable {
  package var red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>
  /// With respect to alpha; empty if the loss does not depend on it.
  package var alpha: BufferView<Float>
  /// With respect to the accumulated depth; empty if the loss does not depend on it.
  package var depth: BufferView<Float>
  /// The number of floats from one row to the next.
  package var rowStride: Int

  package init(
    red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>,
    alpha: BufferView<Float>, depth: BufferView<Float>, rowStride: Int
  ) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
    self.depth = depth
    self.rowStride = rowStride
  }
}

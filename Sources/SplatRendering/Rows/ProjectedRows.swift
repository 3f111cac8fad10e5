package import SplatCore

/// What a render finds about each Gaussian, in a caller's memory; nil where it is not wanted.
package struct ProjectedRows: Sendable {
  /// count x 2, pixels.
  package var means2D: BufferView<Float>?
  /// count x 2: half the size of the box around the ellipse, pixels, rounded up.
  package var radii: BufferView<Int32>?
  /// count: camera z.
  package var depths: BufferView<Float>?
  /// count x 3: xx, xy, yy.
  package var conics: BufferView<Float>?
  /// count: with the compensation of antialiasing.
  package var opacities: BufferView<Float>?

  package init() {}

  /// Writes what `pass` has found; 0 for Gaussians that are not drawn.
  package func fill(from pass: DifferentiablePass) {
    for rows in [means2D, depths, conics, opacities] { rows?.fill(0) }
    radii?.fill(0)
    pass.forEachVisible { splat in
      let index = Int(splat.index)
      if let means2D {
        means2D[2 * index] = splat.meanX
        means2D[2 * index + 1] = splat.meanY
      }
      if let radii {
        radii[2 * index] = Self.radius(splat.extentX)
        radii[2 * index + 1] = Self.radius(splat.extentY)
      }
      if let depths { depths[index] = splat.depth }
      if let conics {
        conics[3 * index] = splat.conicXX
        conics[3 * index + 1] = splat.conicXY
        conics[3 * index + 2] = splat.conicYY
      }
      if let opacities { opacities[index] = splat.opacity }
    }
  }

  private static func radius(_ extent: Float) -> Int32 {
    Int32(max(1, min(extent.rounded(.up), 1e9)))
  }
}

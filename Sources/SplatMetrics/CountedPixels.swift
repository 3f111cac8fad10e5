package import SplatCore

/// The pixels that a mean over an image includes: those kept by a mask, away from the edges.
package struct CountedPixels: Sendable {
  private let width: Int, height: Int, border: Int
  private let mask: BufferView<Float>
  /// The number of these pixels.
  package let count: Int

  /// - Parameters:
  ///   - images: Their mask determines which pixels count.
  ///   - border: The width of the strip along the edges that does not count, in pixels.
  package init(_ images: ImagePair, border: Int = 0) {
    width = images.render.width
    height = images.render.height
    self.border = border
    mask = images.mask
    let (columns, rows) = (max(0, width - 2 * border), max(0, height - 2 * border))
    guard mask.count > 0 else {
      count = columns * rows
      return
    }
    var kept = 0
    for row in border..<border + rows {
      for x in border..<border + columns { kept += Int(mask[row * width + x]) }
    }
    count = kept
  }

  /// 1 for each of eight consecutive pixels that counts; 0 for others and past the end of the row.
  @inline(__always)
  package func weights(_ x: Int, _ row: Int) -> Lanes {
    if border == 0, mask.count == 0, x + Lanes.scalarCount <= width { return Lanes(1) }
    return weightsOneByOne(x, row)
  }

  // Not inlined: code that reads single lanes makes the compiler scalarise the whole loop around
  // it.
  @inline(never)
  private func weightsOneByOne(_ x: Int, _ row: Int) -> Lanes {
    var result = Lanes(0)
    for lane in 0..<min(Lanes.scalarCount, width - x) { result[lane] = weight(x + lane, row) }
    return result
  }

  @inline(__always)
  private func weight(_ x: Int, _ row: Int) -> Float {
    if border > 0, x < border || row < border || x >= width - border || row >= height - border {
      return 0
    }
    return mask.count > 0 ? mask[row * width + x] : 1
  }
}

import SplatCore

/// The tree of levels of detail that Spark puts behind the arrays of an SPZ file.
///
/// The number of children of each Gaussian comes first, in 16 bits, then the first child of each in
/// 32 bits. Gaussians without children are the original ones; the others stand for several.
struct SPZLevels {
  private let bytes: [UInt8]

  /// The bytes of the tree for each Gaussian.
  static let size = 6
  /// Opacities reach 2, so their bytes count twice.
  private static let opacityScale: Float = 2

  init(_ bytes: [UInt8], count: Int, path: String) throws(FileError) {
    guard bytes.count >= count * Self.size else {
      throw .bad(
        path, nil,
        """
        \(bytes.count) bytes of levels of detail follow the arrays; \(count * Self.size) were \
        expected for \(count) Gaussians
        """)
    }
    self.bytes = bytes
  }

  /// The Gaussians of the finest level, with their own opacities.
  func finest(_ splats: consuming Splats, alphas: [UInt8]) -> Splats {
    var splats = splats
    let isInner = (0..<splats.count).map { index -> UInt8 in
      bytes[index * 2] == 0 && bytes[index * 2 + 1] == 0 ? 0 : 1
    }
    for index in 0..<splats.count {
      splats.parameters[Plane.opacityLogit, index] = Quantum.logit(
        min(1, Float(alphas[index]) / 255 * Self.opacityScale))
    }
    splats.parameters.remove(isInner)
    return splats
  }
}

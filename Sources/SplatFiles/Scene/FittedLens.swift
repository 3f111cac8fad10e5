extension PhotoLens {
  /// How many pixels a side may be off its proportion; a little more than one, for rounding.
  private static let tolerance = 1.01

  /// The lens at the size of the photo at `imagePath`, which may be larger or smaller in
  /// proportion.
  ///
  /// - Parameters:
  ///   - imagePath: the photo, whose header is read.
  ///   - source: what the size of the lens comes from, for messages, such as `the model's camera`.
  func fitted(to imagePath: String, source: String) throws(FileError) -> PhotoLens {
    let found = try ImageFile.size(path: imagePath)
    guard found.width != width || found.height != height else { return self }
    // Either side of either image may have been rounded when it was made smaller.
    let ratio = SIMD2(
      Double(found.width) / Double(width), Double(found.height) / Double(height))
    let offX = abs(Double(found.width) - Double(width) * ratio.y)
    let offY = abs(Double(found.height) - Double(height) * ratio.x)
    guard min(offX, offY) <= Self.tolerance * max(1, ratio.min()) else {
      throw .bad(
        imagePath, nil,
        """
        is \(found.width) x \(found.height) pixels, which is not in proportion to the \(width) x \
        \(height) of \(source)
        """)
    }
    return resized(width: found.width, height: found.height)
  }
}

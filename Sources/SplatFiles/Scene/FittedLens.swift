extension PhotoLens {
  /// How many pixels a side may be off its proportion; a little more than one, for rounding.
  private static let tolerance = 1.01

  /// The lens at the size of the photo at `imagePath`.
  ///
  /// - Parameters:
  ///   - imagePath: the photo, whose header is read.
  ///   - mayDiffer: whether the photo may be larger or smaller than the lens says, in proportion.
  ///   - source: what the size of the lens comes from, for messages, such as `the model's camera`.
  func fitted(to imagePath: String, mayDiffer: Bool, source: String) throws(FileError) -> PhotoLens
  {
    let found = try ImageFile.size(path: imagePath)
    guard found.width != width || found.height != height else { return self }
    let expected = "\(width) x \(height)"
    guard mayDiffer else {
      throw .bad(
        imagePath, nil,
        "is \(found.width) x \(found.height) pixels; \(source) has \(expected)")
    }
    // Either side may have been rounded when the photo was made smaller.
    let ratio = SIMD2(
      Double(found.width) / Double(width), Double(found.height) / Double(height))
    let offX = abs(Double(found.width) - Double(width) * ratio.y)
    let offY = abs(Double(found.height) - Double(height) * ratio.x)
    guard min(offX, offY) <= Self.tolerance else {
      throw .bad(
        imagePath, nil,
        """
        is \(found.width) x \(found.height) pixels, which is not in proportion to the \(expected) \
        of \(source)
        """)
    }
    return resized(width: found.width, height: found.height)
  }
}

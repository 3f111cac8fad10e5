public import SplatCore

extension Frame {
  /// The bytes of a PNG file of the picture over its background, without alpha.
  ///
  /// - Parameter isFast: whether to compress less, several times faster.
  public func png(isFast: Bool = false) throws(FileError) -> [UInt8] {
    let photo = Photo(width: width, height: height, channels: 3, bytes: rgb8)
    return try PNGFile.encode(photo, isFast: isFast, path: "picture")
  }
}

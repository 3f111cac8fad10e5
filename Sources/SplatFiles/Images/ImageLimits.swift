/// How large the images are that are read.
enum ImageLimits {
  /// The most pixels a side may have.
  static let largestSide = 30_000
  /// The most pixels an image may have.
  static let largestArea = 300_000_000
  /// Images that take no more memory than this while they are decoded are always read: 12 million
  /// pixels of RGBA, 16 million of RGB.
  private static let freeBytes = 48 << 20
  /// A larger image takes at most this many times its file in memory. A JPEG of 100 million pixels
  /// must have a megabyte; those of cameras have twenty times as much.
  private static let largestExpansion = 300

  /// Throws unless an image of this size can be held.
  static func check(width: Int, height: Int, path: String) throws(FileError) {
    guard width > 0, height > 0 else {
      throw .bad(path, "header", "an image of \(width) x \(height) pixels")
    }
    guard width <= largestSide, height <= largestSide, width * height <= largestArea else {
      throw .bad(
        path, "header",
        """
        an image of \(width) x \(height) pixels; at most \(largestSide) a side and \
        \(largestArea / 1_000_000) million in all are read
        """)
    }
  }

  /// Throws if decoding takes more memory than a photo in a file of `fileBytes` can need: an
  /// image of one colour can be made to announce any size.
  ///
  /// - Parameters:
  ///   - width: the pixels in a row.
  ///   - height: the rows.
  ///   - bytesPerPixel: the memory that is taken for a pixel while the image is decoded.
  ///   - fileBytes: the size of the file.
  ///   - trustedArea: the number of pixels that are read in any case.
  ///   - path: the file.
  static func checkMemory(
    width: Int, height: Int, bytesPerPixel: Int, fileBytes: Int, trustedArea: Int = 0, path: String
  ) throws(FileError) {
    let needed = width * height * bytesPerPixel
    guard width * height > trustedArea, needed > freeBytes else { return }
    let smallest = needed / largestExpansion
    guard fileBytes >= smallest else {
      throw .bad(
        path, "header",
        """
        an image of \(width) x \(height) pixels in a file of \(fileBytes) bytes; a photo of that \
        size has \(smallest) at least
        """)
    }
  }
}

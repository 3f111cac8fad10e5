public import SplatCore

/// Photos in PNG, JPEG and WebP files, told apart by their first bytes.
public enum ImageFile {
  /// What a file's header says about its image.
  public struct Header: Sendable, Equatable {
    /// The number of pixels in a row.
    public var width: Int
    /// The number of rows.
    public var height: Int
    /// Whether pixels may be transparent.
    public var hasAlpha: Bool
    /// Whether samples have 16 bits.
    public var isDeep = false
    /// How the photo is to be turned to be upright, by its EXIF data: 1 not at all, 2 to 8 in other ways.
    /// Readers here do not turn photos, as COLMAP does not.
    public var orientation = 1
  }

  /// The most pixels a side may have.
  package static let largestSide = 30_000
  /// The most pixels an image may have.
  package static let largestArea = 300_000_000
  /// Images that take no more memory than this while they are decoded are always read: 12 million pixels of
  /// RGBA, 16 million of RGB.
  private static let freeBytes = 48 << 20
  /// No larger photo shrinks to less than this part of the memory that it takes. A JPEG of 100 million
  /// pixels must have a megabyte; those of cameras have twenty times as much.
  private static let largestExpansion = 300

  /// Reads the header of the image at `path`, not its pixels.
  public static func size(path: String) throws(FileError) -> Header {
    try size(FileBytes(path: path), path: path)
  }

  /// Reads the header of the image in the bytes of a file; `path` is for messages.
  static func size(_ bytes: FileBytes, path: String) throws(FileError) -> Header {
    switch try format(bytes, path) {
    case .png: return try PNGFile.header(bytes, path: path)
    case .jpeg: return try JPEGFile.header(bytes, path: path)
    case .webP: return try WebPFile.header(bytes, path: path)
    }
  }

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - minimumWidth: a width that is enough: a JPEG is then decoded smaller where that is exact.
  ///   - minimumHeight: a height that is enough.
  public static func read(path: String, minimumWidth: Int? = nil, minimumHeight: Int? = nil)
    throws(FileError) -> Photo
  {
    let bytes = try FileBytes(path: path)
    guard try format(bytes, path) == .jpeg else { return try decode(bytes, path: path) }
    return try JPEGFile.read(
      bytes, path: path, minimumWidth: minimumWidth, minimumHeight: minimumHeight)
  }

  /// Reads a photo from the bytes of a file; `path` is for messages.
  public static func read(_ bytes: [UInt8], path: String) throws(FileError) -> Photo {
    try decode(FileBytes(bytes), path: path)
  }

  private static func decode(_ bytes: FileBytes, path: String, trustedArea: Int = 0)
    throws(FileError) -> Photo
  {
    switch try format(bytes, path) {
    case .png: return try PNGFile.read(bytes, path: path, trustedArea: trustedArea)
    case .jpeg: return try JPEGFile.read(bytes, path: path)
    case .webP: return try WebPFile.read(bytes, path: path, trustedArea: trustedArea)
    }
  }

  /// Reads the photo at `path` and brings it to a size that is not larger than its own.
  ///
  /// - Parameter trustedArea: the pixels that the image may have however small its file is, for masks,
  ///   which may be of one colour.
  package static func read(
    path: String, scaledTo size: (width: Int, height: Int), trustedArea: Int = 0
  ) throws(FileError) -> Photo {
    try read(FileBytes(path: path), path: path, scaledTo: size, trustedArea: trustedArea)
  }

  /// As ``read(path:scaledTo:trustedArea:)``, from the bytes of a file; `path` is for messages.
  static func read(
    _ bytes: FileBytes, path: String, scaledTo size: (width: Int, height: Int),
    trustedArea: Int = 0
  ) throws(FileError) -> Photo {
    var photo: Photo
    var extent: SIMD2<Double>
    if try format(bytes, path) == .jpeg {
      (photo, extent) = try JPEGFile.read(bytes, path: path, scaledTo: size)
    } else {
      photo = try decode(bytes, path: path, trustedArea: trustedArea)
      extent = SIMD2(Double(photo.width), Double(photo.height))
    }
    guard size.width <= photo.width, size.height <= photo.height else {
      throw .bad(
        path, nil,
        "is \(photo.width) x \(photo.height) pixels; at least \(size.width) x \(size.height) were expected"
      )
    }
    return photo.areaDownscaled(width: size.width, height: size.height, extent: extent)
  }

  private enum Format { case png, jpeg, webP }

  private static func format(_ bytes: FileBytes, _ path: String) throws(FileError) -> Format {
    let start = bytes.slice(0..<min(8, bytes.count))
    if start == PNGFile.signature { return .png }
    if start.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
    if WebPFile.isWebP(bytes) { return .webP }
    throw .bad(
      path, "byte 0",
      start.isEmpty ? "is empty" : "is no PNG, JPEG or WebP file, by its first bytes")
  }

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

  /// Throws if decoding takes more memory than a photo in a file of `fileBytes` can be worth: an image of
  /// one colour can be made to announce any size.
  ///
  /// - Parameters:
  ///   - width: the pixels in a row.
  ///   - height: the rows.
  ///   - bytesPerPixel: the memory that is taken for a pixel while the image is decoded.
  ///   - fileBytes: the size of the file.
  ///   - trustedArea: so many pixels are read in any case.
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
        an image of \(width) x \(height) pixels in a file of \(fileBytes) bytes; a photo of that size \
        has \(smallest) at least
        """)
    }
  }
}

public import SplatCore

/// Photos in PNG, JPEG, WebP, HEIC and AVIF files, told apart by their first bytes.
public enum ImageFile {
  /// What a file's header says about its image.
  public typealias Header = ImageHeader

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
    case .heif: return try HEIFFile.header(bytes, path: path)
    }
  }

  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
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
    case .heif: return try HEIFFile.read(bytes, path: path, trustedArea: trustedArea)
    }
  }

  /// Reads the photo at `path` and brings it to a size that is not larger than its own.
  ///
  /// - Parameter trustedArea: the pixels that the image may have however small its file is, for
  ///   masks, which may be of one colour.
  package static func read(
    path: String, scaledTo size: (width: Int, height: Int), trustedArea: Int = 0
  ) throws(FileError) -> Photo {
    try read(FileBytes(path: path), path: path, scaledTo: size, trustedArea: trustedArea).photo
  }

  /// As ``read(path:scaledTo:trustedArea:)``, from the bytes of a file, with what is wrong with
  /// them that does no harm; `path` is for messages.
  static func read(
    _ bytes: FileBytes, path: String, scaledTo size: (width: Int, height: Int),
    trustedArea: Int = 0
  ) throws(FileError) -> (photo: Photo, warning: String?) {
    var photo: Photo
    var extent: SIMD2<Double>
    var warning: String?
    if try format(bytes, path) == .jpeg {
      (photo, extent, warning) = try JPEGFile.read(bytes, path: path, scaledTo: size)
    } else {
      photo = try decode(bytes, path: path, trustedArea: trustedArea)
      extent = SIMD2(Double(photo.width), Double(photo.height))
    }
    guard size.width <= photo.width, size.height <= photo.height else {
      throw .bad(
        path, nil,
        """
        is \(photo.width) x \(photo.height) pixels; at least \(size.width) x \(size.height) were \
        expected
        """
      )
    }
    return (photo.areaDownscaled(width: size.width, height: size.height, extent: extent), warning)
  }

  private enum Format { case png, jpeg, webP, heif }

  private static func format(_ bytes: FileBytes, _ path: String) throws(FileError) -> Format {
    let start = bytes.slice(0..<min(8, bytes.count))
    if start == PNGChunks.signature { return .png }
    if start.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
    if WebPFile.isWebP(bytes) { return .webP }
    if HEIFFile.isHEIF(bytes) { return .heif }
    throw .bad(
      path, "byte 0",
      start.isEmpty ? "is empty" : "is no PNG, JPEG, WebP, HEIC or AVIF file, by its first bytes")
  }
}

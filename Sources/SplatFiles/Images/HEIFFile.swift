import CHEIF
import SplatCore

/// HEIC and AVIF images, through libheif: the first image of the file, turned as the file says.
///
/// Unlike EXIF's orientation, which programs may follow or not, turning belongs to the format
/// (ISO/IEC 23008-12), so that all programs see the image alike.
package enum HEIFFile {
  /// The brands of still images and their sequences (ISO/IEC 23008-12, AV1 Image File Format).
  private static let brands: Set<String> = [
    "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "miaf", "avif", "avis",
  ]
  /// The bytes of memory for a pixel while an image is decoded, besides the result: three planes of
  /// 16 bits.
  private static let decodedBytes = 6

  /// Whether the bytes start as those of a HEIC or AVIF file do.
  static func isHEIF(_ bytes: FileBytes) -> Bool {
    guard bytes.count >= 16, bytes.text(4..<8) == "ftyp" else { return false }
    // The main brand, a version, and the brands that the file is compatible with.
    let length = Int(UInt32(bigEndian: bytes.load(UInt32.self, at: 0)))
    let places = [8] + stride(from: 16, to: min(length, bytes.count, 256) - 3, by: 4)
    return places.contains { bytes.text($0..<$0 + 4).map(brands.contains) ?? false }
  }

  static func header(_ bytes: FileBytes, path: String) throws(FileError) -> ImageHeader {
    try opened(bytes, path: path) { (image) throws(FileError) in try image.header() }
  }

  /// Reads a photo from the bytes of a file; `path` is for messages. Samples of more than 8 bits
  /// are rounded.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - path: the file's name.
  ///   - trustedArea: the pixels that the image may have however small the file is.
  static func read(_ bytes: FileBytes, path: String, trustedArea: Int = 0) throws(FileError)
    -> Photo
  {
    try opened(bytes, path: path) { (image) throws(FileError) in
      let header = try image.header()
      try ImageLimits.checkMemory(
        width: header.width, height: header.height,
        bytesPerPixel: decodedBytes + (header.hasAlpha ? 4 : 3), fileBytes: bytes.count,
        trustedArea: trustedArea, path: path)
      return try image.photo(header)
    }
  }

  /// Whether the file at `path` starts as HEIC and AVIF files do.
  package static func isHEIF(path: String) throws(FileError) -> Bool {
    isHEIF(try FileBytes(path: path))
  }

  /// The image at `path` in a form that every program reads: the bytes of a JPEG file with its EXIF
  /// data, or of a PNG file if it has alpha.
  ///
  /// - Parameter quality: the JPEG's, 1...100.
  package static func converted(path: String, quality: Int = 97) throws(FileError)
    -> (bytes: [UInt8], ending: String)
  {
    let bytes = try FileBytes(path: path)
    let photo = try read(bytes, path: path)
    guard photo.channels == 3 else {
      return (try PNGFile.encode(photo, isFast: true, path: path), "png")
    }
    let jpeg = try JPEGFile.encode(photo, quality: quality, path: path)
    let exif = try opened(bytes, path: path) { $0.exif }
    guard !exif.isEmpty else { return (jpeg, "jpg") }
    // The EXIF data come first, after the mark of the start.
    return (jpeg.prefix(2) + EXIF.segment(upright: exif) + jpeg.dropFirst(2), "jpg")
  }

  /// Calls `body` with the first image of a file.
  private static func opened<Result>(
    _ bytes: FileBytes, path: String, _ body: (HEIFImage) throws(FileError) -> Result
  ) throws(FileError) -> Result {
    try HEIFParts.check(bytes, path: path)
    // The library reads the bytes in place, for as long as the image lives.
    let result = unsafe bytes.withPointer { base, count in
      Swift.Result { () throws(FileError) -> Result in
        try body(unsafe HEIFImage(base, count: count, path: path))
      }
    }
    return try result.get()
  }
}

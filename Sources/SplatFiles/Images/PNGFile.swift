import CPNG
public import SplatCore

/// PNG files, through libpng's simplified interface, which reports errors as results.
public enum PNGFile {
  /// Reads the photo at `path`: samples as they are stored, those of 16 bits too.
  public static func read(path: String) throws(FileError) -> Photo {
    try read(FileBytes(path: path), path: path)
  }

  static func header(_ bytes: FileBytes, path: String) throws(FileError) -> ImageHeader {
    let chunks = try PNGChunks(bytes, path: path, headerOnly: true)
    var header = ImageHeader(
      width: chunks.width, height: chunks.height, hasAlpha: chunks.hasAlpha,
      isDeep: chunks.isDeep)
    header.add(exif: chunks.exif, of: bytes)
    return header
  }

  static func read(_ bytes: FileBytes, path: String, trustedArea: Int = 0) throws(FileError)
    -> Photo
  {
    guard bytes.count >= 8, bytes.slice(0..<8) == PNGChunks.signature else {
      throw .bad(path, "byte 0", "is not a PNG file, by its first bytes")
    }
    // The header must be one that the file's bytes can fulfil.
    let chunks = try PNGChunks(bytes, path: path, headerOnly: false)
    let channels = chunks.hasAlpha ? 4 : 3
    let (width, height) = (chunks.width, chunks.height)
    guard chunks.storedBytes <= chunks.pixels.count * Deflate.largestExpansion else {
      throw .bad(
        path, "header",
        """
        an image of \(width) x \(height) pixels, which the file's \(chunks.pixels.count) bytes \
        cannot hold
        """)
    }
    // Samples of 16 bits are kept beside the nearest bytes.
    try ImageLimits.checkMemory(
      width: width, height: height, bytesPerPixel: channels * (chunks.isDeep ? 3 : 1),
      fileBytes: bytes.count, trustedArea: trustedArea, path: path)
    guard chunks.isDeep else {
      // Without the flag samples of 16 bits would be taken for linear light and converted.
      let samples = try decode(
        chunks, as: UInt8.self, format(channels), png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB), path)
      return Photo(width: width, height: height, channels: channels, bytes: samples)
    }
    // Samples that are declared and requested as linear are not converted, but colours come
    // multiplied by alpha.
    var samples = try decode(
      chunks, as: UInt16.self, format(channels) | png_uint_32(PNG_FORMAT_FLAG_LINEAR), 0, path)
    if channels == 4 { divideByAlpha(&samples) }
    return Photo(width: width, height: height, channels: channels, deepSamples: samples)
  }

  private static func decode<Sample: FixedWidthInteger>(
    _ chunks: PNGChunks, as type: Sample.Type, _ format: png_uint_32, _ flags: png_uint_32,
    _ path: String
  ) throws(FileError) -> [Sample] {
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { unsafe png_image_free(&image) }
    let hasBegun = unsafe chunks.pixels.withUnsafeBytes { source in
      unsafe png_image_begin_read_from_memory(&image, source.baseAddress, source.count)
    }
    guard hasBegun != 0 else { throw .bad(path, nil, "libpng: \(unsafe message(image))") }
    unsafe image.format = format
    unsafe image.flags |= flags
    let channels = chunks.hasAlpha ? 4 : 3
    var samples = [Sample](repeating: 0, count: chunks.width * chunks.height * channels)
    let isDone = unsafe samples.withUnsafeMutableBytes { target in
      unsafe png_image_finish_read(&image, nil, target.baseAddress, 0, nil)
    }
    guard isDone != 0 else { throw .bad(path, nil, "libpng: \(unsafe message(image))") }
    return samples
  }

  private static func divideByAlpha(_ samples: inout [UInt16]) {
    for pixel in stride(from: 0, to: samples.count, by: 4) {
      let alpha = UInt32(samples[pixel + 3])
      guard alpha > 0, alpha < 65535 else { continue }
      for channel in pixel..<pixel + 3 {
        samples[channel] = UInt16(
          min(65535, (UInt32(samples[channel]) * 65535 + alpha / 2) / alpha))
      }
    }
  }

  /// Writes a photo of 3 or 4 channels to `path`.
  ///
  /// - Parameters:
  ///   - photo: the photo.
  ///   - path: the file.
  ///   - isFast: whether to compress less, several times faster.
  public static func write(_ photo: Photo, to path: String, isFast: Bool = false) throws(FileError)
  {
    try FileOutput.write(try encode(photo, isFast: isFast, path: path), to: path)
  }

  /// Writes grey samples of 16 bits, height x width, to `path`.
  public static func write(grey16 samples: [UInt16], width: Int, height: Int, to path: String)
    throws(FileError)
  {
    precondition(samples.count == width * height, "as many samples as pixels")
    let file = try encode(
      unsafe samples.withUnsafeBytes { unsafe [UInt8]($0) }, width: width, height: height,
      format: png_uint_32(PNG_FORMAT_LINEAR_Y), isFast: false, path: path)
    // libpng adds a chunk that says "linear light", which would change a depth in some readers.
    let chunks = try PNGChunks(FileBytes(file), path: path, headerOnly: false)
    try FileOutput.write(chunks.pixels, to: path)
  }

  /// The bytes of a PNG file of `photo`; `path` is for messages.
  package static func encode(_ photo: Photo, isFast: Bool = false, path: String) throws(FileError)
    -> [UInt8]
  {
    try encode(
      photo.bytes, width: photo.width, height: photo.height, format: format(photo.channels),
      isFast: isFast, path: path)
  }

  private static func encode(
    _ samples: [UInt8], width: Int, height: Int, format: png_uint_32, isFast: Bool,
    path: String
  ) throws(FileError) -> [UInt8] {
    guard width > 0, height > 0, width <= ImageLimits.largestSide, height <= ImageLimits.largestSide
    else {
      throw FileError(
        .cannotWrite, path: path, problem: "an image of \(width) x \(height) pixels")
    }
    // Room for what compression can add; if it is too small, libpng says how much is needed.
    var size = samples.count + samples.count / 256 + height + 4096
    for _ in 0..<2 {
      var image = unsafe png_image()
      unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
      unsafe image.width = png_uint_32(width)
      unsafe image.height = png_uint_32(height)
      unsafe image.format = format
      unsafe image.flags = isFast ? png_uint_32(PNG_IMAGE_FLAG_FAST) : 0
      var file = [UInt8](repeating: 0, count: size)
      let isDone = unsafe file.withUnsafeMutableBytes { target in
        unsafe samples.withUnsafeBytes { source in
          unsafe png_image_write_to_memory(
            &image, target.baseAddress, &size, 0, source.baseAddress, 0, nil)
        }
      }
      if isDone != 0 { return Array(file.prefix(size)) }
      guard size > file.count else {
        throw FileError(.cannotWrite, path: path, problem: "libpng: \(unsafe message(image))")
      }
    }
    throw FileError(.cannotWrite, path: path, problem: "libpng does not say how long the file is")
  }

  private static func format(_ channels: Int) -> png_uint_32 {
    png_uint_32(
      channels == 4 ? PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA : PNG_FORMAT_FLAG_COLOR)
  }

  private static func message(_ image: png_image) -> String {
    let text = unsafe withUnsafeBytes(of: image.message) { unsafe Array($0.prefix { $0 != 0 }) }
    return String(decoding: text, as: UTF8.self)
  }
}

import CWebP
package import SplatCore

/// WebP images, through libwebp.
package enum WebPFile {
  /// The level of lossless compression, of 0...9.
  private static let effort: Int32 = 4

  /// Whether the bytes start as those of a WebP file do.
  static func isWebP(_ bytes: FileBytes) -> Bool {
    bytes.count >= 12 && bytes.slice(0..<4) == Array("RIFF".utf8)
      && bytes.slice(8..<12) == Array("WEBP".utf8)
  }

  static func header(_ bytes: FileBytes, path: String) throws(FileError) -> ImageHeader {
    guard isWebP(bytes) else {
      throw .bad(path, "byte 0", "is not a WebP file, by its first bytes")
    }
    var features = WebPBitstreamFeatures()
    let status = unsafe bytes.withPointer { base, count in
      unsafe WebPGetFeatures(base.assumingMemoryBound(to: UInt8.self), count, &features)
    }
    guard status == VP8_STATUS_OK else {
      throw .bad(path, "header", "libwebp cannot read it (status \(status.rawValue))")
    }
    guard features.has_animation == 0 else {
      throw .bad(path, "header", "is an animation; a still image was expected")
    }
    var header = ImageHeader(
      width: Int(features.width), height: Int(features.height), hasAlpha: features.has_alpha != 0)
    header.add(exif: EXIF.range(ofWebP: bytes), of: bytes)
    try ImageLimits.check(width: header.width, height: header.height, path: path)
    return header
  }

  /// Whether the image was compressed with loss, as far as its header says.
  static func isLossy(_ bytes: FileBytes) -> Bool {
    var features = WebPBitstreamFeatures()
    let status = unsafe bytes.withPointer { base, count in
      unsafe WebPGetFeatures(base.assumingMemoryBound(to: UInt8.self), count, &features)
    }
    return status == VP8_STATUS_OK && features.format == 1
  }

  /// Reads a photo from the bytes of a file; `path` is for messages.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - path: the file's name.
  ///   - channels: 3 or 4; what the file has, if nothing.
  ///   - trustedArea: the pixels that the image may have however small the file is.
  package static func read(
    _ bytes: FileBytes, path: String, channels: Int? = nil, trustedArea: Int = 0
  ) throws(FileError) -> Photo {
    let header = try header(bytes, path: path)
    let channels = channels ?? (header.hasAlpha ? 4 : 3)
    // Lossless images are decoded whole before they are copied.
    try ImageLimits.checkMemory(
      width: header.width, height: header.height, bytesPerPixel: 4 + channels,
      fileBytes: bytes.count, trustedArea: trustedArea, path: path)
    let stride = header.width * channels
    var samples = [UInt8](repeating: 0, count: stride * header.height)
    let isDone = unsafe samples.withUnsafeMutableBytes { target in
      let pixels = unsafe target.bindMemory(to: UInt8.self)
      return unsafe bytes.withPointer { base, count in
        let data = unsafe base.assumingMemoryBound(to: UInt8.self)
        let decode = unsafe channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto
        return unsafe decode(data, count, pixels.baseAddress, pixels.count, Int32(stride)) != nil
      }
    }
    guard isDone else { throw .bad(path, nil, "libwebp cannot decode it; it is damaged or cut") }
    return Photo(width: header.width, height: header.height, channels: channels, bytes: samples)
  }

  /// The bytes of a lossless WebP file of a photo of 4 channels, whose transparent pixels keep
  /// their colours; `path` is for messages.
  package static func encodeLossless(_ photo: Photo, path: String) throws(FileError) -> [UInt8] {
    precondition(photo.channels == 4, "four channels are encoded")
    var picture = unsafe WebPPicture()
    var config = WebPConfig()
    guard unsafe WebPPictureInit(&picture) != 0, unsafe WebPConfigInit(&config) != 0,
      unsafe WebPConfigLosslessPreset(&config, effort) != 0
    else { throw failure(path, "the library does not match its header") }
    config.exact = 1
    unsafe picture.use_argb = 1
    unsafe picture.width = Int32(photo.width)
    unsafe picture.height = Int32(photo.height)
    defer { unsafe WebPPictureFree(&picture) }
    let isImported = unsafe photo.bytes.withUnsafeBufferPointer { source in
      unsafe WebPPictureImportRGBA(&picture, source.baseAddress, Int32(photo.width * 4)) != 0
    }
    guard isImported else { throw failure(path, "no memory for the image") }
    var writer = unsafe WebPMemoryWriter()
    unsafe WebPMemoryWriterInit(&writer)
    defer { unsafe WebPMemoryWriterClear(&writer) }
    let isEncoded = unsafe withUnsafeMutablePointer(to: &writer) { writer in
      unsafe picture.writer = WebPMemoryWrite
      unsafe picture.custom_ptr = UnsafeMutableRawPointer(writer)
      return unsafe WebPEncode(&config, &picture) != 0
    }
    guard isEncoded else { throw failure(path, "error \(unsafe picture.error_code.rawValue)") }
    return unsafe [UInt8](UnsafeBufferPointer(start: writer.mem, count: writer.size))
  }

  private static func failure(_ path: String, _ reason: String) -> FileError {
    FileError(.cannotWrite, path: path, problem: "libwebp cannot encode an image: \(reason)")
  }
}

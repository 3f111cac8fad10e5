import CJPEG
public import SplatCore

/// JPEG files, through libjpeg-turbo's TurboJPEG interface, which reports errors as results.
public enum JPEGFile {
  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - minimumWidth: if given with `minimumHeight`, the photo may come smaller than it is stored,
  ///     but not smaller than this: scaled while it is decoded, by a ratio that divides its size
  ///     exactly.
  ///   - minimumHeight: as `minimumWidth`.
  public static func read(path: String, minimumWidth: Int? = nil, minimumHeight: Int? = nil)
    throws(FileError) -> Photo
  {
    try read(
      FileBytes(path: path), path: path, minimumWidth: minimumWidth, minimumHeight: minimumHeight)
  }

  static func header(_ bytes: FileBytes, path: String) throws(FileError) -> ImageHeader {
    let decoder = try JPEGDecoder(bytes, path: path)
    let size = decoder.size
    var header = ImageHeader(width: size.width, height: size.height, hasAlpha: false)
    header.add(exif: EXIF.range(ofJPEG: bytes), of: bytes)
    return header
  }

  static func read(
    _ bytes: FileBytes, path: String, minimumWidth: Int? = nil, minimumHeight: Int? = nil
  ) throws(FileError) -> Photo {
    let decoder = try JPEGDecoder(bytes, path: path)
    var (width, height) = decoder.size
    if let minimumWidth, let minimumHeight {
      // A ratio that leaves a fraction of a pixel would shift the image against its camera.
      for eighths in 1..<8 where width * eighths % 8 == 0 && height * eighths % 8 == 0 {
        guard width * eighths / 8 >= minimumWidth, height * eighths / 8 >= minimumHeight else {
          continue
        }
        (width, height) = (width * eighths / 8, height * eighths / 8)
        break
      }
    }
    return Photo(
      width: width, height: height, channels: 3,
      bytes: try decoder.pixels(width: width, height: height))
  }

  /// Reads a photo that is to be brought to `size`, at the smallest scale of the decoder that is
  /// not smaller, how much of its last column and row lies in the image, and what is wrong with the
  /// file that does no harm.
  ///
  /// The decoder scales by eighths and rounds sides up, so that the last pixels may lie partly
  /// outside.
  static func read(_ bytes: FileBytes, path: String, scaledTo size: (width: Int, height: Int))
    throws(FileError) -> (photo: Photo, extent: SIMD2<Double>, warning: String?)
  {
    let decoder = try JPEGDecoder(bytes, path: path)
    let (width, height) = decoder.size
    // Halves, quarters and eighths only: libjpeg-turbo has no vector code for the others.
    let eighths = [1, 2, 4].first { width * $0 >= size.width * 8 && height * $0 >= size.height * 8 }
    let scale = eighths ?? 8
    let scaled = (width: (width * scale + 7) / 8, height: (height * scale + 7) / 8)
    let photo = Photo(
      width: scaled.width, height: scaled.height, channels: 3,
      bytes: try decoder.pixels(width: scaled.width, height: scaled.height))
    let extent = SIMD2(Double(width * scale) / 8, Double(height * scale) / 8)
    return (photo, extent, decoder.warning)
  }

  /// Writes a photo of 3 channels to `path`, with a quality of 1...100 and full colour resolution.
  public static func write(_ photo: Photo, to path: String, quality: Int = 95) throws(FileError) {
    try FileOutput.write(try encode(photo, quality: quality, path: path), to: path)
  }

  /// The bytes of a JPEG file of a photo of 3 channels; `path` is for messages.
  ///
  /// - Parameters:
  ///   - quality: 1...100.
  ///   - hasFullColor: whether colours keep the resolution of brightness, or half of it each way.
  package static func encode(
    _ photo: Photo, quality: Int, hasFullColor: Bool = true, path: String
  ) throws(FileError) -> [UInt8] {
    precondition(photo.channels == 3, "a JPEG has no alpha")
    let failure = FileError(.cannotWrite, path: path, problem: "libjpeg cannot compress the image")
    guard let handle = unsafe tjInitCompress() else { throw failure }
    defer { unsafe tjDestroy(handle) }
    let sampling = hasFullColor ? TJSAMP_444 : TJSAMP_420
    var buffer: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let result = unsafe photo.bytes.withUnsafeBufferPointer { source in
      unsafe tjCompress2(
        handle, source.baseAddress, Int32(photo.width), 0, Int32(photo.height),
        Int32(TJPF_RGB.rawValue), &buffer, &size, Int32(sampling.rawValue), Int32(quality), 0)
    }
    defer { unsafe tjFree(buffer) }
    guard result == 0, let buffer = unsafe buffer else { throw failure }
    return unsafe [UInt8](UnsafeBufferPointer(start: buffer, count: Int(size)))
  }
}

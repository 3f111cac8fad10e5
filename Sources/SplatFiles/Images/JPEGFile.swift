import CJPEG
public import SplatCore

/// JPEG files, through libjpeg-turbo's TurboJPEG interface, which reports errors as results.
public enum JPEGFile {
  /// Reads the photo at `path`.
  ///
  /// - Parameters:
  ///   - minimumWidth: if given with `minimumHeight`, the photo may come smaller than it is stored, but
  ///     not smaller than this: scaled while it is decoded, by a ratio that divides its size exactly.
  ///   - minimumHeight: as `minimumWidth`.
  public static func read(path: String, minimumWidth: Int? = nil, minimumHeight: Int? = nil)
    throws(FileError) -> Photo
  {
    try read(
      FileBytes(path: path), path: path, minimumWidth: minimumWidth, minimumHeight: minimumHeight)
  }

  static func header(_ bytes: FileBytes, path: String) throws(FileError) -> ImageFile.Header {
    let decoder = try Decoder(path: path)
    let size = try decoder.size(bytes)
    return ImageFile.Header(
      width: size.width, height: size.height, hasAlpha: false,
      orientation: EXIF.orientation(ofJPEG: bytes))
  }

  static func read(
    _ bytes: FileBytes, path: String, minimumWidth: Int? = nil, minimumHeight: Int? = nil
  ) throws(FileError) -> Photo {
    let decoder = try Decoder(path: path)
    var (width, height) = try decoder.size(bytes)
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
      bytes: try decoder.pixels(bytes, width: width, height: height))
  }

  /// Reads a photo that is to be brought to `size`, at the smallest scale of the decoder that is not
  /// smaller, and how much of its last column and row lies in the image.
  ///
  /// The decoder scales by eighths and rounds sides up, so that the last pixels may lie partly outside.
  static func read(_ bytes: FileBytes, path: String, scaledTo size: (width: Int, height: Int))
    throws(FileError) -> (photo: Photo, extent: SIMD2<Double>)
  {
    let decoder = try Decoder(path: path)
    let (width, height) = try decoder.size(bytes)
    // Halves, quarters and eighths only: libjpeg-turbo has no vector code for the others.
    let eighths = [1, 2, 4].first { width * $0 >= size.width * 8 && height * $0 >= size.height * 8 }
    let scale = eighths ?? 8
    let scaled = (width: (width * scale + 7) / 8, height: (height * scale + 7) / 8)
    let photo = Photo(
      width: scaled.width, height: scaled.height, channels: 3,
      bytes: try decoder.pixels(bytes, width: scaled.width, height: scaled.height))
    return (photo, SIMD2(Double(width * scale) / 8, Double(height * scale) / 8))
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

/// A TurboJPEG decoder, which lives as long as this object.
@safe
private final class Decoder {
  private let handle: tjhandle
  private let path: String

  init(path: String) throws(FileError) {
    guard let handle = unsafe tjInitDecompress() else {
      throw .bad(path, nil, "libjpeg cannot be started")
    }
    unsafe self.handle = handle
    self.path = path
  }

  deinit { unsafe tjDestroy(handle) }

  func size(_ bytes: FileBytes) throws(FileError) -> (width: Int, height: Int) {
    var (width, height, sampling, colors) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let result = unsafe bytes.withPointer { base, count in
      unsafe tjDecompressHeader3(
        handle, base.assumingMemoryBound(to: UInt8.self), UInt(count), &width, &height, &sampling,
        &colors)
    }
    guard result == 0 else { throw failure() }
    guard colors != TJCS_CMYK.rawValue, colors != TJCS_YCCK.rawValue else {
      throw .bad(path, "header", "has CMYK colours; RGB or grey was expected")
    }
    try ImageFile.check(width: Int(width), height: Int(height), path: path)
    // Each block of 8 x 8 pixels takes a bit at least, even in an image of one colour.
    guard bytes.count >= Int(width) * Int(height) / (8 * 8 * 8) else {
      throw .bad(
        path, "header",
        "an image of \(width) x \(height) pixels, which the file's \(bytes.count) bytes cannot hold"
      )
    }
    // Photos of several scans are decoded with the coefficients of all pixels, two bytes each, in memory.
    try ImageFile.checkMemory(
      width: Int(width), height: Int(height), bytesPerPixel: Self.hasSeveralScans(bytes) ? 9 : 3,
      fileBytes: bytes.count, path: path)
    return (Int(width), Int(height))
  }

  /// Whether the image is progressive, or its first scan has not all of the frame's components.
  private static func hasSeveralScans(_ bytes: FileBytes) -> Bool {
    var components: UInt8?
    var offset = 2
    while offset + 10 <= bytes.count, bytes[offset] == 0xff {
      let marker = bytes[offset + 1]
      let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
      // Start of frame: 0xc0 to 0xcf but for tables of 0xc4, 0xc8 and 0xcc; of these 2, 6, 10 and 14
      // are progressive.
      if marker & 0xf0 == 0xc0, marker & 3 != 0 || marker == 0xc0 {
        if marker & 3 == 2 { return true }
        components = bytes[offset + 9]
      }
      if marker == 0xda { return bytes[offset + 4] != components }
      offset += 2 + max(2, length)
    }
    return true
  }

  /// The pixels, height x width x 3, at one of the sizes that the decoder can scale to.
  ///
  /// Data that ends early is only a warning to the library; here every warning is an error.
  func pixels(_ bytes: FileBytes, width: Int, height: Int) throws(FileError) -> [UInt8] {
    var result: Int32 = 0
    // The decoder writes every pixel, or reports an error.
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height * 3) { target, used in
      result = unsafe bytes.withPointer { base, count in
        unsafe tjDecompress2(
          handle, base.assumingMemoryBound(to: UInt8.self), UInt(count), target.baseAddress,
          Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue),
          TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING)
      }
      used = result == 0 ? target.count : 0
    }
    guard result == 0 else { throw failure() }
    return pixels
  }

  private func failure() -> FileError {
    let text = unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) }
    return .bad(path, nil, "libjpeg: \(text ?? "unknown error")")
  }
}

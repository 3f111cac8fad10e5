import CHEIF
import SplatCore

/// The first image of a HEIC or AVIF file in libheif's hands, as long as this object lives.
@safe
final class HEIFImage {
  private let library: HEIFLibrary
  private let context: OpaquePointer
  private var handle: OpaquePointer?
  private let path: String

  /// Opens the file in the `count` bytes at `base`, which must outlive this object.
  init(_ base: UnsafeRawPointer, count: Int, path: String) throws(FileError) {
    let library = try HEIFLibrary.loaded(for: path)
    guard let context = unsafe library.newContext() else {
      throw .bad(path, nil, "libheif cannot be started")
    }
    self.library = library
    unsafe self.context = context
    self.path = path
    unsafe library.limitSize(context, Int32(ImageLimits.largestSide))
    try unsafe check(library.readFile(context, base, count, nil))
    try unsafe check(library.firstImage(context, &handle))
  }

  deinit {
    unsafe library.releaseHandle(handle)
    unsafe library.freeContext(context)
  }

  /// The size and whether there is alpha, before anything is decoded.
  func header() throws(FileError) -> ImageHeader {
    let header = ImageHeader(
      width: Int(unsafe library.handleWidth(handle)),
      height: Int(unsafe library.handleHeight(handle)),
      hasAlpha: unsafe library.handleHasAlpha(handle) != 0)
    try ImageLimits.check(width: header.width, height: header.height, path: path)
    return header
  }

  /// The decoded image, which must be as its `header` says.
  func photo(_ header: ImageHeader) throws(FileError) -> Photo {
    let channels = header.hasAlpha ? 4 : 3
    var image: OpaquePointer?
    defer { unsafe library.releaseImage(image) }
    try unsafe check(
      library.decode(
        handle, &image, heif_colorspace_RGB,
        header.hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB, nil))
    var stride: Int32 = 0
    let plane = unsafe library.plane(
      image, heif_channel_interleaved, &stride)
    let size = SIMD2(
      Int(unsafe library.imageWidth(image, heif_channel_interleaved)),
      Int(unsafe library.imageHeight(image, heif_channel_interleaved)))
    guard let plane = unsafe plane, size == SIMD2(header.width, header.height),
      Int(stride) >= header.width * channels
    else {
      throw .bad(
        path, nil,
        """
        holds an image of \(size.x) x \(size.y) pixels; its header says \(header.width) x \
        \(header.height)
        """)
    }
    let row = header.width * channels
    var samples: [UInt8] = []
    samples.reserveCapacity(row * header.height)
    for y in 0..<header.height {
      unsafe samples += UnsafeBufferPointer(start: plane + y * Int(stride), count: row)
    }
    return Photo(width: header.width, height: header.height, channels: channels, bytes: samples)
  }

  /// The EXIF data, as the TIFF structure that they are; empty if there are none.
  var exif: [UInt8] {
    var id: heif_item_id = 0
    guard unsafe library.metadataBlocks(handle, "Exif", &id, 1) == 1
    else { return [] }
    let size = unsafe library.metadataSize(handle, id)
    // A JPEG segment, which these are for, has no more.
    guard (8..<65_000).contains(size) else { return [] }
    var data = [UInt8](repeating: 0, count: size)
    let error = unsafe data.withUnsafeMutableBytes { target in
      unsafe library.metadata(handle, id, target.baseAddress)
    }
    guard unsafe error.code == heif_error_Ok else { return [] }
    // Four bytes say where the structure starts after them.
    let skipped = data.prefix(4).reduce(0) { $0 << 8 | Int($1) } + 4
    return skipped < data.count ? Array(data[skipped...]) : []
  }

  private func check(_ error: heif_error) throws(FileError) {
    guard unsafe error.code != heif_error_Ok else { return }
    let text = unsafe error.message.map { unsafe String(cString: $0) } ?? "unknown error"
    guard
      unsafe error.code != heif_error_Unsupported_feature
        || error.subcode != heif_suberror_Unsupported_codec
    else {
      throw .bad(
        path, nil,
        """
        libheif is installed without a decoder for it (\(text)); on Debian and Ubuntu \
        libheif-plugin-libde265 and libheif-plugin-dav1d have them
        """)
    }
    throw .bad(path, nil, "libheif: \(text)")
  }
}

import CHEIF
import SplatPlatform

/// The functions of libheif, which is loaded when the first HEIC or AVIF file is opened, so that
/// all else works without it.
@safe
struct HEIFLibrary: @unchecked Sendable {
  let newContext: heif_context_alloc_t
  let freeContext: heif_context_free_t
  let limitSize: heif_context_set_maximum_image_size_limit_t
  let readFile: heif_context_read_from_memory_without_copy_t
  let firstImage: heif_context_get_primary_image_handle_t
  let releaseHandle: heif_image_handle_release_t
  let handleWidth: heif_image_handle_get_width_t
  let handleHeight: heif_image_handle_get_height_t
  let handleHasAlpha: heif_image_handle_has_alpha_channel_t
  let metadataBlocks: heif_image_handle_get_list_of_metadata_block_IDs_t
  let metadataSize: heif_image_handle_get_metadata_size_t
  let metadata: heif_image_handle_get_metadata_t
  let decode: heif_decode_image_t
  let releaseImage: heif_image_release_t
  let plane: heif_image_get_plane_readonly_t
  let imageWidth: heif_image_get_width_t
  let imageHeight: heif_image_get_height_t

  /// The library by the names under which systems have it.
  #if canImport(Darwin)
    private static let names = [
      "libheif.1.dylib", "/opt/homebrew/lib/libheif.1.dylib", "/usr/local/lib/libheif.1.dylib",
    ]
  #else
    private static let names = ["libheif.so.1"]
  #endif

  /// The library of this machine, if it has one.
  private static let installed: HEIFLibrary? = {
    for name in names {
      if let handle = unsafe dlopen(name, RTLD_NOW), let library = try? unsafe HEIFLibrary(handle) {
        return library
      }
    }
    return nil
  }()

  /// The library, for the file at `path`.
  static func loaded(for path: String) throws(FileError) -> HEIFLibrary {
    guard let installed else {
      throw .bad(
        path, nil,
        """
        is a HEIC or AVIF image, which libheif reads, and libheif is not installed (apt-get \
        install libheif1, or brew install libheif); photos that are converted to JPEG need no libheif
        """)
    }
    return installed
  }

  /// Finds the functions in the library that has been loaded.
  private init(_ handle: UnsafeMutableRawPointer) throws {
    func function<Function>(_ name: String) throws -> Function {
      guard let address = unsafe dlsym(handle, name) else { throw MissingFunction() }
      return unsafe unsafeBitCast(address, to: Function.self)
    }
    unsafe newContext = try function("heif_context_alloc")
    unsafe freeContext = try function("heif_context_free")
    unsafe limitSize = try function("heif_context_set_maximum_image_size_limit")
    unsafe readFile = try function("heif_context_read_from_memory_without_copy")
    unsafe firstImage = try function("heif_context_get_primary_image_handle")
    unsafe releaseHandle = try function("heif_image_handle_release")
    unsafe handleWidth = try function("heif_image_handle_get_width")
    unsafe handleHeight = try function("heif_image_handle_get_height")
    unsafe handleHasAlpha = try function("heif_image_handle_has_alpha_channel")
    unsafe metadataBlocks = try function("heif_image_handle_get_list_of_metadata_block_IDs")
    unsafe metadataSize = try function("heif_image_handle_get_metadata_size")
    unsafe metadata = try function("heif_image_handle_get_metadata")
    unsafe decode = try function("heif_decode_image")
    unsafe releaseImage = try function("heif_image_release")
    unsafe plane = try function("heif_image_get_plane_readonly")
    unsafe imageWidth = try function("heif_image_get_width")
    unsafe imageHeight = try function("heif_image_get_height")
  }

  private struct MissingFunction: Error {}
}

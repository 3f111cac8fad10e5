public import CSplat
public import CSplatFiles
import SplatCBase
import SplatCFilesTranslation
import SplatProcessor

// The functions of `splat_files.h`.

/// See `splat_files.h`.
@c @implementation
public func splat_files_abi_version() -> UInt32 { UInt32(SPLAT_FILES_ABI_VERSION) }

/// See `splat_files.h`.
@c @implementation
public func splat_files_last_error() -> UnsafePointer<CChar> { unsafe LastError.message }

/// See `splat_files.h`.
@c @implementation
public func splat_files_read(
  _ path: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try ReadModel.read(path, model) }
}

/// See `splat_files.h`.
@c @implementation
public func splat_files_read_bytes(
  _ bytes: UnsafeRawPointer?, _ size: Int, _ name: UnsafePointer<CChar>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try ReadModel.read(bytes, size, name, model) }
}

/// See `splat_files.h`.
@c @implementation
public func splat_files_describe(
  _ model: OpaquePointer?, _ info: UnsafeMutablePointer<splat_files_info>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try ReadModel.describe(model, info) }
}

/// See `splat_files.h`.
@c @implementation
public func splat_files_copy(
  _ model: OpaquePointer?, _ arrays: UnsafePointer<splat_files_arrays>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try ReadModel.copy(model, arrays) }
}

/// See `splat_files.h`.
@c @implementation
public func splat_files_free(_ model: OpaquePointer?) {
  if Processor.isSupported { unsafe ReadModel.free(model) }
}

/// See `splat_files.h`.
@c @implementation
public func splat_files_write(
  _ path: UnsafePointer<CChar>?, _ gaussians: UnsafePointer<splat_gaussians>?,
  _ options: UnsafePointer<splat_files_options>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try WrittenGaussians.write(path, gaussians, options) }
}

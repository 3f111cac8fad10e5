public import CSplat
import SplatCBase
import SplatCTranslation
import SplatProcessor

// The functions of `splat.h`. Each checks the processor before anything that was compiled for a
// newer one runs.

/// Frees a handle. Where the processor is not supported, there is none.
private func free(_ handle: OpaquePointer?) {
  if Processor.isSupported { unsafe Handle.free(handle) }
}

/// See `splat.h`.
@c @implementation
public func splat_abi_version() -> UInt32 { UInt32(SPLAT_ABI_VERSION) }

/// See `splat.h`.
@c @implementation
public func splat_version() -> UnsafePointer<CChar> {
  let version: StaticString = "0.1.0"
  return unsafe UnsafeRawPointer(version.utf8Start).assumingMemoryBound(to: CChar.self)
}

/// See `splat.h`.
@c @implementation
public func splat_last_error() -> UnsafePointer<CChar> { unsafe LastError.message }

/// See `splat.h`.
@c @implementation
public func splat_check_cpu() -> splat_status {
  Processor.isSupported ? SPLAT_OK : refusal()
}

/// See `splat.h`.
@c @implementation
public func splat_context_create(
  _ options: UnsafePointer<splat_context_options>?, _ context: UnsafeMutablePointer<OpaquePointer?>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try Context.create(options, context) }
}

/// See `splat.h`.
@c @implementation
public func splat_context_free(_ context: OpaquePointer?) { unsafe free(context) }

/// See `splat.h`.
@c @implementation
public func splat_model_create(
  _ gaussians: UnsafePointer<splat_gaussians>?, _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try Model.create(gaussians, model) }
}

/// See `splat.h`.
@c @implementation
public func splat_model_update(
  _ model: OpaquePointer?, _ gaussians: UnsafePointer<splat_gaussians>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try Model.update(model, gaussians) }
}

/// See `splat.h`.
@c @implementation
public func splat_model_count(_ model: OpaquePointer?) -> Int {
  guard Processor.isSupported else { return 0 }
  return unsafe Model.count(model)
}

/// See `splat.h`.
@c @implementation
public func splat_model_free(_ model: OpaquePointer?) { unsafe free(model) }

/// See `splat.h`.
@c @implementation
public func splat_render_options_init(
  _ options: UnsafeMutablePointer<splat_render_options>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try RenderOptions.initialize(options) }
}

/// See `splat.h`.
@c @implementation
public func splat_render(
  _ context: OpaquePointer?, _ model: OpaquePointer?, _ camera: UnsafePointer<splat_camera>?,
  _ options: UnsafePointer<splat_render_options>?, _ outputs: UnsafePointer<splat_outputs>?,
  _ pass: UnsafeMutablePointer<OpaquePointer?>?
) -> splat_status {
  call { () throws(CallFailure) in
    unsafe try Pass.render(context, model, camera, options, outputs, pass)
  }
}

/// See `splat.h`.
@c @implementation
public func splat_render_backward(
  _ pass: OpaquePointer?, _ imageGradients: UnsafePointer<splat_image_gradients>?,
  _ gradients: UnsafePointer<splat_gradients>?
) -> splat_status {
  call { () throws(CallFailure) in unsafe try Pass.backward(pass, imageGradients, gradients) }
}

/// See `splat.h`.
@c @implementation
public func splat_pass_free(_ pass: OpaquePointer?) { unsafe free(pass) }

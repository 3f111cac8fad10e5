package import SplatCBase

/// Objects as C programs hold them.
package enum Handle {
  /// A handle that keeps `object` until it is freed.
  package static func make(_ object: AnyObject) -> OpaquePointer {
    unsafe OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  /// The object of a handle.
  package static func object<Object: AnyObject>(
    _ handle: OpaquePointer?, _ type: Object.Type, _ name: String
  ) throws(CallFailure) -> Object {
    guard let handle = unsafe handle else { throw .argument("\(name) is NULL") }
    let pointer = unsafe UnsafeRawPointer(handle)
    try unsafe Arguments.checkAlignment(pointer, 16, name)
    // The program hands back what `make` gave it.
    return unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Frees a handle, or does nothing for NULL.
  package static func free(_ handle: OpaquePointer?) {
    guard let handle = unsafe handle else { return }
    unsafe Unmanaged<AnyObject>.fromOpaque(UnsafeRawPointer(handle)).release()
  }
}

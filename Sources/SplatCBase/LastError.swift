#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The message of each thread's last call that failed.
package enum LastError {
  /// The number of bytes of a message, with the 0 at its end.
  private static let size = 1024

  /// The key of each thread's message; nil if there are no keys left.
  private static let key: pthread_key_t? = {
    var key = pthread_key_t()
    return unsafe pthread_key_create(&key, { unsafe free($0) }) == 0 ? key : nil
  }()

  /// The calling thread's message, which ends with a 0; "" if there is none.
  package static var message: UnsafePointer<CChar> {
    guard let key, let text = unsafe pthread_getspecific(key) else { return unsafe none }
    return unsafe UnsafePointer(text.assumingMemoryBound(to: CChar.self))
  }

  private static var none: UnsafePointer<CChar> {
    let text: StaticString = ""
    return unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// Sets the calling thread's message, cut to what fits.
  package static func set(_ message: String) {
    guard let text = unsafe room else { return }
    var length = 0
    for byte in message.utf8 where length < size - 1 {
      unsafe text[length] = CChar(bitPattern: byte)
      length += 1
    }
    unsafe text[length] = 0
  }

  /// Sets the message to a constant; no instruction of it is newer than x86-64.
  package static func set(_ message: StaticString) {
    guard let text = unsafe room else { return }
    let length = min(message.utf8CodeUnitCount, size - 1)
    unsafe memcpy(text, message.utf8Start, length)
    unsafe text[length] = 0
  }

  /// The calling thread's room for a message; nil if there is no memory for it.
  private static var room: UnsafeMutablePointer<CChar>? {
    guard let key else { return nil }
    if let text = unsafe pthread_getspecific(key) {
      return unsafe text.assumingMemoryBound(to: CChar.self)
    }
    guard let text = unsafe malloc(size) else { return nil }
    guard unsafe pthread_setspecific(key, text) == 0 else {
      unsafe free(text)
      return nil
    }
    return unsafe text.assumingMemoryBound(to: CChar.self)
  }
}

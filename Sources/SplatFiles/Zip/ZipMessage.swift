import CZip

/// What libzip says about its errors.
enum ZipMessage {
  static func text(_ error: UnsafeMutablePointer<zip_error_t>?) -> String {
    guard let text = unsafe zip_error_strerror(error) else { return "unknown error" }
    return unsafe String(cString: text)
  }
}

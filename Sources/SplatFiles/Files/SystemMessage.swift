#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The system's description of an error number.
func systemMessage(_ code: Int32) -> String {
  guard let text = unsafe strerror(code) else { return "error \(code)" }
  return unsafe String(cString: text)
}

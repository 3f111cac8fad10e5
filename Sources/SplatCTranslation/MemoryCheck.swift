import SplatCBase

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Whether memory can be allocated; Swift's own allocations end the process where it cannot.
enum MemoryCheck {
  /// Allocations of fewer bytes are not checked.
  private static let smallest = 1 << 26

  /// Whether there are `bytes` of memory.
  static func has(_ bytes: Int) -> Bool {
    guard bytes >= smallest else { return bytes >= 0 }
    let installed = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard bytes < installed, let memory = unsafe malloc(bytes) else { return false }
    unsafe free(memory)
    return true
  }

  /// Throws if there are not `bytes` of memory for `purpose`.
  static func require(_ bytes: Int, for purpose: String) throws(CallFailure) {
    if !has(bytes) { throw .memory(purpose, bytes: bytes) }
  }
}

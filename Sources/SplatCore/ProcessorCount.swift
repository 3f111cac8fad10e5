#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

enum ProcessorCount {
  /// The number of processors that are running.
  static var active: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

enum ProcessorCount {
  /// The number of processors that this process may use.
  ///
  /// Launchers such as `mpirun`, `srun` and `taskset` give each process a share of a machine.
  static var active: Int {
    let running = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #if os(Linux)
      var set = unsafe cpu_set_t()
      let size = MemoryLayout<cpu_set_t>.size
      guard unsafe sched_getaffinity(0, size, &set) == 0 else { return running }
      let allowed = unsafe withUnsafeBytes(of: &set) { bytes in
        unsafe bytes.reduce(0) { $0 + $1.nonzeroBitCount }
      }
      return allowed > 0 ? min(allowed, running) : running
    #else
      return running
    #endif
  }
}

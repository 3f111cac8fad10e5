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
  static let active: Int = {
    let running = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return allowed.map { max(1, min($0, running)) } ?? running
  }()

  /// The number of processors in the mask of this process, if the system tells.
  private static var allowed: Int? {
    #if os(Linux)
      let file = unsafe open("/proc/self/status", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 1 << 14)
      let count = unsafe read(file, &bytes, bytes.count)
      let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      let line = text.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
      return line.map { line in
        line.split(separator: "\t")[1].reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
      }
    #else
      return nil
    #endif
  }
}

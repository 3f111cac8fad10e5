import SplatPlatform

/// How much memory this program uses.
enum ProcessMemory {
  /// The bytes in use now; on systems that do not report it, the peak.
  static var current: Int {
    #if os(Linux)
      if let text = Descriptor.text(ofFile: "/proc/self/statm") {
        let words = text.split(separator: " ")
        if words.count > 1, let pages = Int(words[1]) {
          return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
      }
    #endif
    return peak
  }

  /// About how many bytes other work leaves; all that the machine has where that is not known.
  static var available: Int {
    #if os(Linux)
      if let text = Descriptor.text(ofFile: "/proc/meminfo") {
        for line in text.split(separator: "\n")
        where line.hasPrefix("MemAvailable:") {
          let words = line.split(separator: " ")
          if words.count > 1, let kilobytes = Int(words[1]) { return kilobytes * 1024 }
        }
      }
    #endif
    return Int(clamping: ProcessInfo.processInfo.physicalMemory)
  }

  /// The most bytes that have ever been in use.
  static var peak: Int {
    var usage = rusage()
    #if os(Linux)
      let result = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      let unit = 1024
    #else
      let result = unsafe getrusage(RUSAGE_SELF, &usage)
      let unit = 1
    #endif
    return result == 0 ? Int(usage.ru_maxrss) * unit : 0
  }
}

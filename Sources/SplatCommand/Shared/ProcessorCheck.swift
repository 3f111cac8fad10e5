import SplatPlatform

/// Keeps the program from dying of an illegal instruction on a processor older than it was built
/// for.
enum ProcessorCheck {
  /// The features of x86-64-v3, by their names in `/proc/cpuinfo` (`abm` is what others call
  /// lzcnt).
  static let neededFeatures = ["avx", "avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]

  /// Ends the program with a message if the processor cannot run it.
  static func exitIfUnsupported() {
    #if arch(x86_64) && !SPLAT_OLD_PROCESSORS
      let missing = missingFeatures()
      guard !missing.isEmpty else { return }
      Console.writeError(
        """
        error: this build of splat needs a CPU with AVX2 and FMA (x86-64-v3); this one lacks \
        \(missing.joined(separator: ", ")). Build with SPLAT_CPU=x86-64-v2 swift build -c release \
        for older processors.

        """)
      SplatPlatform.exit(CommandFailure.internalError)
    #endif
  }

  /// The needed features that `cpuinfo`, in the form of `/proc/cpuinfo`, does not list.
  ///
  /// A text without any list of features says nothing, so that nothing is missing.
  static func missingFeatures(cpuinfo: String) -> [String] {
    for line in cpuinfo.split(separator: "\n") where line.hasPrefix("flags") {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let features = Set(line[line.index(after: colon)...].split(separator: " ").map(String.init))
      return neededFeatures.filter { !features.contains($0) }
    }
    return []
  }

  #if os(Linux)
    private static func missingFeatures() -> [String] {
      let path = ProcessInfo.processInfo.environment["SPLAT_CPUINFO"] ?? "/proc/cpuinfo"
      return Descriptor.text(ofFile: path).map(missingFeatures(cpuinfo:)) ?? []
    }
  #else
    private static func missingFeatures() -> [String] {
      let names = [
        "avx1_0": "avx", "avx2_0": "avx2", "fma": "fma", "bmi1": "bmi1", "bmi2": "bmi2",
        "f16c": "f16c", "movbe": "movbe",
      ]
      return names.filter { name, _ in
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        let result = unsafe sysctlbyname("hw.optional.\(name)", &value, &size, nil, 0)
        return result == 0 && value == 0
      }.values.sorted()
    }
  #endif
}

import Foundation

/// Whether the processor has the instructions that the kernels are compiled to.
///
/// This target is compiled for any x86-64, so that the check itself runs everywhere.
enum ProcessorCheck {
  /// What x86-64-v3 asks for, by the names in `/proc/cpuinfo`.
  static let needed = ["avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]

  /// What is missing, as a message; nil if nothing is.
  static func problem() -> String? {
    #if arch(x86_64) && os(Linux)
      let path = ProcessInfo.processInfo.environment["SPLAT_CPUINFO"] ?? "/proc/cpuinfo"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
      return problem(cpuInfo: text)
    #else
      return nil
    #endif
  }

  static func problem(cpuInfo: String) -> String? {
    guard let line = cpuInfo.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else {
      return nil
    }
    let flags = Set(line.split(separator: " ").map(String.init))
    let missing = needed.filter { !flags.contains($0) }
    guard !missing.isEmpty else { return nil }
    return """
      this build of splat needs a processor with AVX2 and FMA (x86-64-v3); this one lacks \
      \(missing.joined(separator: ", ")). Build it with SPLAT_CPU=x86-64-v2 in the environment instead.
      """
  }
}

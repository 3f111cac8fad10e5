#if arch(x86_64)
  import _Builtin_intrinsics.intel.cpuid
#endif

/// What the processor can do.
///
/// This module is compiled for any x86-64, so that it can say no. Applications that may run on old
/// processors ask before they render; otherwise an unknown instruction ends them.
public enum Processor {
  /// Whether the kernels can run: on x86-64, whether there are AVX2 and FMA (x86-64-v3).
  public static let isSupported = find()

  #if arch(x86_64) && !SPLAT_OLD_PROCESSORS
    /// The features of x86-64-v3, as bits of what the instruction `cpuid` returns: leaf 1's ecx,
    /// leaf 7's ebx, and leaf 0x80000001's ecx.
    private static let needed: (UInt32, UInt32, UInt32) = (
      // FMA, MOVBE, XSAVE by the system, AVX, F16C.
      1 << 12 | 1 << 22 | 1 << 27 | 1 << 28 | 1 << 29,
      // BMI1, AVX2, BMI2.
      1 << 3 | 1 << 5 | 1 << 8,
      // LZCNT.
      1 << 5
    )

    private static func find() -> Bool {
      var (eax, ebx, ecx, edx): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
      guard unsafe __get_cpuid_count(1, 0, &eax, &ebx, &ecx, &edx) != 0 else { return false }
      let basic = ecx
      guard unsafe __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 else { return false }
      let extended = ebx
      guard unsafe __get_cpuid_count(0x8000_0001, 0, &eax, &ebx, &ecx, &edx) != 0 else {
        return false
      }
      return basic & needed.0 == needed.0 && extended & needed.1 == needed.1
        && ecx & needed.2 == needed.2
    }
  #else
    private static func find() -> Bool { true }
  #endif
}

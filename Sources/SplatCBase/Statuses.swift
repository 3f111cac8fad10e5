package import CSplat
import SplatProcessor

/// Why a call of a C library fails.
package struct CallFailure: Error {
  /// The status that the call returns.
  package let status: splat_status
  /// What is wrong, in one line.
  package let message: String

  /// Creates a failure.
  package init(status: splat_status, message: String) {
    self.status = status
    self.message = message
  }
}

/// Runs `body` if the processor can, and turns what it throws into a status and a message.
package func call(_ body: () throws(CallFailure) -> Void) -> splat_status {
  guard Processor.isSupported else { return refusal() }
  do {
    try body()
    return SPLAT_OK
  } catch {
    LastError.set(error.message)
    return error.status
  }
}

/// The status of a call on a processor that is not supported.
package func refusal() -> splat_status {
  LastError.set(
    """
    this build of splat needs a processor with AVX2 and FMA (x86-64-v3), which this one lacks; \
    build it with SPLAT_CPU=x86-64-v2 for older ones
    """ as StaticString)
  return SPLAT_ERROR_CPU
}

package import CSplat

/// Why a call of the C library fails.
package struct CallFailure: Error {
  /// The status that the call returns.
  package let status: splat_status
  /// What is wrong, in one line.
  package let message: String

  /// An argument is wrong: what was found, and what is expected.
  static func argument(_ message: String) -> Self {
    Self(status: SPLAT_ERROR_ARGUMENT, message: message)
  }

  /// `place` is `found`, which is not what is expected.
  static func argument(_ place: String, _ found: some Any, expected: String) -> Self {
    argument("\(place) is \(found); expected \(expected)")
  }

  /// There is not enough memory.
  static func memory(_ purpose: String, bytes: Int) -> Self {
    Self(
      status: SPLAT_ERROR_MEMORY,
      message: "there is not enough memory for \(purpose): it takes \(bytes >> 20) MiB")
  }
}

import CSplat
package import SplatCBase

extension CallFailure {
  /// An argument is wrong: what was found, and what is expected.
  package static func argument(_ message: String) -> Self {
    Self(status: SPLAT_ERROR_ARGUMENT, message: message)
  }

  /// `place` is `found`, which is not what is expected.
  package static func argument(_ place: String, _ found: some Any, expected: String) -> Self {
    argument("\(place) is \(found); expected \(expected)")
  }

  /// There is not enough memory.
  static func memory(_ purpose: String, bytes: Int) -> Self {
    Self(
      status: SPLAT_ERROR_MEMORY,
      message: "there is not enough memory for \(purpose): it takes \(bytes >> 20) MiB")
  }
}

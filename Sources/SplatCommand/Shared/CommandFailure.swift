/// A failure that is not about one file, with the exit code it ends the program with.
struct CommandFailure: Error, CustomStringConvertible {
  /// What was found and what was expected.
  let description: String
  /// As in `sysexits.h`.
  let exitCode: Int32

  static let badData: Int32 = 65
  static let notFound: Int32 = 66
  static let internalError: Int32 = 70
  static let cannotWrite: Int32 = 73
  static let interrupted: Int32 = 130

  init(_ description: String, exitCode: Int32) {
    self.description = description
    self.exitCode = exitCode
  }
}

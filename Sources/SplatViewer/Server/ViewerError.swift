/// Why a viewer cannot start.
public struct ViewerError: Error, CustomStringConvertible, Sendable {
  /// What was tried, and what failed.
  public var description: String
}

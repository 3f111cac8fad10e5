public import SplatCore

/// A model as it was read from a file.
public struct SplatFile: Sendable {
  /// The Gaussians.
  public var splats: Splats
  /// The number of Gaussians left out because a parameter was not finite or the rotation was zero.
  public var dropped: Int
  /// The comments of the file, without the word `comment`.
  public var comments: [String] = []
  /// How the model was stored.
  public var format: ModelFormat

  /// Creates a result from its parts.
  public init(
    splats: Splats, dropped: Int = 0, comments: [String] = [], format: ModelFormat = .ply
  ) {
    self.splats = splats
    self.dropped = dropped
    self.comments = comments
    self.format = format
  }

  /// Leaves out of `splats` the Gaussians that cannot be drawn.
  ///
  /// - Throws: an error about the file `path` if none is left.
  package init(
    checking splats: consuming Splats, format: ModelFormat, path: String, comments: [String] = []
  ) throws(FileError) {
    let count = splats.count
    splats.dropUndrawable()
    guard splats.count > 0 else {
      throw .bad(
        path, nil,
        "none of \(count) Gaussians has finite parameters and a rotation that is not zero")
    }
    dropped = count - splats.count
    self.splats = splats
    self.comments = comments
    self.format = format
  }
}

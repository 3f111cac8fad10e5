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
  /// The unit vector that the file calls up, in the frame of the Gaussians, if it does.
  public var upAxis: SIMD3<Double>?
  /// What was taken away from all positions: the world's coordinates are those of a mean plus this.
  ///
  /// Zero but for files with coordinates that floats cannot hold well, such as those of maps.
  public var origin = SIMD3<Double>.zero
  /// What was read in another way than the file says, or cannot be trusted.
  public var warnings: [String] = []

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
    upAxis = ModelComments.upAxis(comments)
    origin = ModelComments.origin(comments)
  }
}

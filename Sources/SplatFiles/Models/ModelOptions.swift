/// How a model is written.
public struct ModelOptions: Sendable {
  /// The format; the one of the ending if nothing.
  public var format: ModelFormat?
  /// The version of an SPZ file, 3 or 4.
  public var spzVersion = 3
  /// The bits of each SH coefficient after the constant one in an SPZ file, 1...8: fewer compress
  /// better.
  public var spzHarmonicBits = 8
  /// The most entries in the SH palette of a SOG model, at most 65,536.
  public var palette = 65_536
  /// Lines for the header of a PLY file, without the word `comment`.
  public var comments: [String] = []
  /// The number of threads, one for each core if nothing; the bytes are the same for any.
  public var threads: Int?
  /// Called with the share that is done, 0...1, of what takes long; from any thread.
  public var progress: @Sendable (Double) -> Void = { _ in }

  /// Creates the usual options.
  public init() {}
}

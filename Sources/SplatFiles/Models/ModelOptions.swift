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
  /// The unit vector that is up, which PLY files record.
  public var upAxis: SIMD3<Double>?
  /// What must be added to all positions for the world's coordinates, which PLY files record.
  public var origin = SIMD3<Double>.zero
  /// The lines for the header, those about the frame included.
  var allComments: [String] { comments + ModelComments.text(upAxis: upAxis, origin: origin) }
  /// The number of threads, one for each core if nothing; the bytes are the same for any.
  public var threads: Int?
  /// Called with the share that is done, 0...1, of what takes long; from any thread.
  public var progress: @Sendable (Double) -> Void = { _ in }
  /// Called with what the format cannot hold as it is.
  public var warning: @Sendable (String) -> Void = { _ in }

  /// Creates the usual options.
  public init() {}
}

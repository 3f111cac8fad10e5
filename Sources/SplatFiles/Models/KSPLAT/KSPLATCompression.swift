/// How the numbers of a record are written.
enum KSPLATCompression: Int {
  /// Floats throughout.
  case none = 0
  /// Positions in 16 bits within a bucket, the rest as halves.
  case halves = 1
  /// As halves, but SH coefficients as bytes.
  case bytes = 2
}

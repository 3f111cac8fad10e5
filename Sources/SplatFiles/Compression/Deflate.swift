/// The compression of zip archives, gzip streams and PNG files (RFC 1951).
enum Deflate {
  /// No byte expands to more than 1,032: two bits stand for at most 258 bytes.
  static let largestExpansion = 1032
}

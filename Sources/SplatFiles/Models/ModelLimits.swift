import SplatCore

/// How many Gaussians a file may announce.
enum ModelLimits {
  /// Models that need no more than this are always held.
  private static let freeBytes = 48 << 20
  /// How many times its own size a larger model may be in memory: packed files reach about 15.
  static let largestExpansion = 50

  /// Throws unless a file of `fileBytes` may hold `count` Gaussians of `shDegree`.
  ///
  /// Compressed streams of a few bytes can announce more than any memory holds.
  static func check(
    count: Int, shDegree: Int, fileBytes: Int, path: String, expansion: Int = largestExpansion
  ) throws(FileError) {
    guard count > 0 else { throw .bad(path, "header", "holds no Gaussians") }
    guard count <= Int32.max else {
      throw .bad(path, "header", "\(count) Gaussians are more than can be held")
    }
    try check(
      bytes: count * Plane.count(shDegree: shDegree) * 4, what: "\(count) Gaussians",
      fileBytes: fileBytes, path: path, expansion: expansion)
  }

  /// Throws unless `what`, which takes `bytes` in memory, may come from a file of `fileBytes`.
  static func check(
    bytes: Int, what: String, fileBytes: Int, path: String, expansion: Int = largestExpansion
  ) throws(FileError) {
    let limit = max(freeBytes, fileBytes * expansion)
    guard bytes <= limit else {
      throw .bad(
        path, "header",
        """
        announces \(what), too many for a file of \(fileBytes) bytes: they take \(bytes) bytes; \
        at most \(limit) were expected
        """)
    }
  }
}

import SplatCore

extension PointCloud {
  /// The colour of points without one.
  static let grey: UInt8 = 128
}

/// The second bytes of the marks between the segments of a JPEG file (ITU-T T.81, table B.1).
enum JPEGMarker {
  /// The pixels follow.
  static let scan: UInt8 = 0xda
  static let end: UInt8 = 0xd9
  /// Where EXIF data stand.
  static let application1: UInt8 = 0xe1
}

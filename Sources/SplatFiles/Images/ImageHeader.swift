/// What a file's header says about its image.
public struct ImageHeader: Sendable, Equatable {
  /// The number of pixels in a row.
  public var width: Int
  /// The number of rows.
  public var height: Int
  /// Whether pixels may be transparent.
  public var hasAlpha: Bool
  /// Whether samples have 16 bits.
  public var isDeep = false
  /// How the photo is to be turned to be upright, by its EXIF data: 1 not at all, 2 to 8 in other
  /// ways. Readers here do not turn photos, as COLMAP does not.
  public var orientation = 1
  /// How bright the camera made the photo, by its EXIF data, in stops; only differences mean
  /// anything. Nil if they do not say.
  public var stops: Double?

  /// Adds what the EXIF data in `range` say.
  mutating func add(exif range: Range<Int>?, of bytes: FileBytes) {
    guard let range else { return }
    orientation = EXIF.orientation(bytes, in: range) ?? 1
    stops = EXIF.stops(bytes, in: range)
  }
}

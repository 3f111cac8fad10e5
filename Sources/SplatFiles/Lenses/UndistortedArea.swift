/// How much of a photo a straightened copy of it shows.
public enum UndistortedArea: String, Sendable, Codable, CaseIterable {
  /// As much as fits without pixels that the photo does not have.
  case crop
  /// All of the photo; pixels that it does not have are masked out.
  case keep
}

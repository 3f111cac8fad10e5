/// What a scene is made with; only a run with the same settings can continue it.
struct PreparationSettings: Codable, Equatable {
  /// The photos or the video, as an absolute path.
  var source: String
  /// How many pictures are taken of each second, if it is a video.
  var fps: Double?
  /// Each picture is the sharpest of so many, if it is a video.
  var sharpest: Int?
  /// Which photos are compared; not `auto`.
  var matcher: Matcher
  /// The tree of visual words, as an absolute path.
  var vocabularyTree: String?
  /// The program that finds the cameras; COLMAP if nothing.
  var mapper: Mapper?
  /// Whether the pictures are panoramas, which are cut into views; not if nothing.
  var panorama: Bool?
  var lens: String
  var manyCameras: Bool
  var maxSize: Int
}

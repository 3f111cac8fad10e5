/// What a scene is made with; only a run with the same settings can continue it.
struct PreparationSettings: Codable, Equatable {
  /// The photos or the video, as an absolute path.
  var source: String
  /// How many pictures are taken of each second, if it is a video.
  var fps: Double?
  var matcher: String
  var lens: String
  var manyCameras: Bool
  var maxSize: Int
}

import Foundation
import SplatFiles
import SplatTraining

/// Everything that a training was asked to do, as `config.json` in its output folder keeps it.
struct RunConfiguration: Codable, Equatable {
  /// The version of the program.
  var version = SplatTool.version
  /// The scene, as it was named.
  var scene: String
  /// The folder of images in a COLMAP scene.
  var images: String
  /// The folder of masks, if one was chosen.
  var masks: String?
  /// Whether masks are black where pixels count.
  var invertsMasks: Bool?
  /// What alpha channels mean.
  var alpha: PhotoOptions.Alpha?
  /// How much straightened photos show.
  var undistort: UndistortedArea?
  /// The factor by which photos were made smaller.
  var downscale: Double?
  /// The largest side of the photos.
  var maxSize: Int?
  /// Whether photos were held out.
  var evaluates: Bool
  /// Every how many photos one was held out.
  var testEvery: Int
  /// The largest number of Gaussians.
  var maximumSplats: Int
  /// The near plane to draw the model with.
  var nearPlane: Float?
  /// The settings of the training.
  var settings: TrainingSettings

  /// The configuration in the training's output folder; nothing if there is none to understand.
  static func read(folder: String) -> RunConfiguration? {
    guard let data = try? FileInput.read(path: "\(folder)/config.json") else { return nil }
    return try? JSONDecoder().decode(RunConfiguration.self, from: data)
  }

  /// Writes the configuration to the folder.
  func write(folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(self)
    try FileOutput.write(data + Data("\n".utf8), to: "\(folder)/config.json")
  }

  /// The size at which photos were used.
  var scale: PhotoScale {
    if let downscale { return .downscale(downscale) }
    return maxSize.map { .maximumSide($0) } ?? .full
  }
}

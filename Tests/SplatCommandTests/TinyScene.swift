import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport

/// A COLMAP scene of eight photos of 48 x 36 pixels, in a folder of its own.
final class TinyScene: Sendable {
  /// The scene's folder.
  var path: String { folder.path("scene") }
  /// A folder that a test may write to; it holds the scene.
  let folder = TemporaryFolder()

  static let splats = SyntheticScene.splats(count: 60, seed: 3)
  static let cameras = SyntheticScene.cameras(count: 8, width: 48, height: 36)

  /// Writes the scene, after `change` to its model.
  init(_ change: (inout COLMAPModel) -> Void = { _ in }) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/images", withIntermediateDirectories: true)
    for (index, camera) in Self.cameras.enumerated() {
      try PNGFile.write(
        SyntheticScene.photo(of: Self.splats, from: camera), to: image(index), isFast: true)
    }
    var model = Self.model()
    change(&model)
    try model.write(to: "\(path)/sparse/0")
  }

  /// The path of a photo.
  func image(_ index: Int) -> String { "\(path)/images/view\(index).png" }

  /// The path of a file of the model.
  func modelFile(_ name: String) -> String { "\(path)/sparse/0/\(name)" }

  private static func model() -> COLMAPModel {
    var model = COLMAPModel()
    for (index, camera) in cameras.enumerated() {
      if index == 0 {
        model.cameras = [
          COLMAPModel.CameraEntry(
            id: 1, lens: .pinhole, width: camera.width, height: camera.height,
            parameters: [
              camera.focalLength.x, camera.focalLength.y, camera.principalPoint.x,
              camera.principalPoint.y,
            ])
        ]
      }
      model.images.append(
        COLMAPModel.ImageEntry(
          id: UInt32(index + 1), rotation: Quaternion(camera.viewMatrix.rotation),
          translation: camera.viewMatrix.translation, cameraID: 1, name: "view\(index).png"))
    }
    for index in 0..<splats.count {
      model.points.append(
        COLMAPModel.Point(
          id: UInt64(index + 1), position: SIMD3<Double>(splats[index].mean),
          color: SIMD3(120, 130, 140)))
    }
    return model
  }

  /// Puts a text model in place of the binary one.
  func useTextModel(cameras: String, images: String) throws {
    for name in ["cameras.bin", "images.bin", "points3D.bin"] { try Files.remove(modelFile(name)) }
    try Files.write(cameras, to: modelFile("cameras.txt"))
    try Files.write(images, to: modelFile("images.txt"))
  }

  /// Writes a mask for each photo, white from the column `white` on, or black if that is 0.
  func writeMasks(white: Int) throws {
    try FileManager.default.createDirectory(
      atPath: "\(path)/masks", withIntermediateDirectories: true)
    for index in 0..<8 {
      let bytes = (0..<48 * 36).flatMap { pixel -> [UInt8] in
        [UInt8](repeating: white > 0 && pixel % 48 >= white ? 255 : 0, count: 3)
      }
      try PNGFile.write(
        Photo(width: 48, height: 36, channels: 3, bytes: bytes),
        to: "\(path)/masks/view\(index).png")
    }
  }

  /// Runs `splat train` on the scene for some iterations.
  func train(_ output: String = "out", iterations: Int = 60, _ more: String...) throws
    -> CommandResult
  {
    let running = try Command.start(
      ["train", path, "-o", folder.path(output), "--iterations", "\(iterations)", "--quiet"] + more)
    return running.wait()
  }

  /// The path of a trained model.
  func model(_ output: String = "out", iteration: Int = 60) -> String {
    folder.path("\(output)/point_cloud/iteration_\(iteration)/point_cloud.ply")
  }

  /// The lines of metrics without what depends on the machine.
  func metrics(_ output: String = "out") throws -> [String] {
    try Files.text(folder.path("\(output)/metrics.jsonl")).split(separator: "\n").map { line in
      line.dropFirst().dropLast().split(separator: ",").map { $0.drop { $0 == " " } }
        .filter { !$0.hasPrefix("\"seconds\"") && !$0.hasPrefix("\"memory\"") }
        .joined(separator: ", ")
    }
  }

  /// The photos' bytes must stay as they are, whatever a command does.
  func writeModel(_ name: String = "model.ply") throws -> String {
    try SplatPLY.write(Self.splats, to: folder.path(name))
    return folder.path(name)
  }
}

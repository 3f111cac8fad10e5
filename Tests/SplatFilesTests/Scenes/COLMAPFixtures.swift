import SplatCore
import SplatFiles

/// Small reconstructions.
enum COLMAPFixtures {
  /// A model of three images and two points, with a PINHOLE and a SIMPLE_PINHOLE camera.
  static func model() -> COLMAPModel {
    var model = COLMAPModel()
    model.cameras = [
      .init(id: 1, lens: .pinhole, width: 12, height: 8, parameters: [10, 11, 6, 4]),
      .init(id: 7, lens: .simplePinhole, width: 12, height: 8, parameters: [9, 5.5, 4.5]),
    ]
    for index in 0..<3 {
      let rotation = Quaternion(w: 1, x: Double(index) / 10, y: 0, z: 0)
      model.images.append(
        COLMAPModel.ImageEntry(
          id: UInt32(index + 1), rotation: rotation, translation: SIMD3(Double(index), 0.5, 2),
          cameraID: index == 1 ? 7 : 1, name: "left/photo \(3 - index).png"))
    }
    model.points = [
      .init(id: 3, position: SIMD3(1, 2, 3), color: SIMD3(10, 20, 30), error: 0.5),
      .init(id: 9, position: SIMD3(-1, 0, 5), color: SIMD3(255, 0, 1), error: 1),
    ]
    return model
  }

  static let cameras = """
    # Camera list
    1 PINHOLE 12 8 10 11 6 4
    7 SIMPLE_PINHOLE 12 8 9 5.5 4.5\r

    """
  static let images = """
    # Image list
    1 1 0 0 0 0 0.5 2 1 left/photo 3.png\r
    1.5 2.5 -1 3.5 4.5 3\r
    2 1 0.1 0 0 1 0.5 2 7 left/photo 2.png

    # a comment between images
    3 1 0.2 0 0 2 0.5 2 1 left/photo 1.png

    """
  static let points = """
    3 1 2 3 10 20 30 0.5 1 0 2 1
    9 -1 0 5 255 0 1 1
    """

  /// Writes ``cameras``, ``images`` and ``points`` into `folder`.
  static func writeText(
    to folder: String, cameras: String = cameras, images: String = images, points: String = points
  ) throws {
    try FileOutput.makeFolder(folder)
    try FileOutput.write(cameras, to: "\(folder)/cameras.txt")
    try FileOutput.write(images, to: "\(folder)/images.txt")
    try FileOutput.write(points, to: "\(folder)/points3D.txt")
  }
}

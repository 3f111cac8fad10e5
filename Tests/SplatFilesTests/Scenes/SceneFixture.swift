import SplatCore
import SplatFiles

/// A COLMAP scene of nine small photos with two cameras, which tests spoil before they write it.
struct SceneFixture {
  var model = COLMAPModel()
  /// The sizes of the photos' files by their names; those that are left out do not exist.
  var photos: [String: (width: Int, height: Int)] = [:]

  init() {
    model.cameras = [
      COLMAPModel.CameraEntry(
        id: 1, lens: .pinhole, width: 24, height: 16, parameters: [20, 21, 12.5, 7.5]),
      COLMAPModel.CameraEntry(
        id: 7, lens: .simplePinhole, width: 24, height: 16, parameters: [22, 12, 8]),
    ]
    // In the file the images are not in the order of their names.
    for index in [4, 2, 8, 6, 1, 3, 5, 7, 0] {
      let name = index == 3 ? "right side/photo 3.png" : "photo \(index).png"
      model.images.append(
        COLMAPModel.ImageEntry(
          id: UInt32(index + 10), rotation: Quaternion(w: 2, x: 0, y: 0, z: 0),
          translation: SIMD3(Double(index), 0, 5), cameraID: index == 2 ? 7 : 1, name: name))
      photos[name] = (24, 16)
    }
    model.points = [
      COLMAPModel.Point(id: 5, position: SIMD3(1, 2, 3), color: SIMD3(4, 5, 6)),
      COLMAPModel.Point(id: 6, position: SIMD3(4, 2, 3), color: SIMD3(4, 5, 6)),
    ]
  }

  /// Writes the scene into `folder`, with the photos in the folder `images` of it.
  func write(to folder: String, model modelFolder: String = "sparse/0", images: String = "images")
    throws
  {
    try model.write(to: "\(folder)/\(modelFolder)")
    try FileOutput.makeFolder("\(folder)/\(images)/right side")
    for (name, size) in photos {
      try PNGFile.write(Self.photo(size.width, size.height), to: "\(folder)/\(images)/\(name)")
    }
  }

  /// A photo whose pixels all differ a little.
  static func photo(_ width: Int, _ height: Int, channels: Int = 3) -> Photo {
    Photo(
      width: width, height: height, channels: channels,
      bytes: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 * 7) })
  }
}

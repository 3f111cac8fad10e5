import Foundation
import SplatCore
import SplatFiles

/// Small good files to start from.
enum Seeds {
  /// The files of a reconstruction of one photo and one point.
  static let modelFiles: [(name: String, bytes: [UInt8])] = {
    var model = COLMAPModel()
    model.cameras = [
      COLMAPModel.CameraEntry(
        id: 1, lens: .pinhole, width: 64, height: 48, parameters: [50, 50, 32, 24])
    ]
    model.images = [
      COLMAPModel.ImageEntry(
        id: 1, rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), translation: SIMD3(0, 0, 1),
        cameraID: 1, name: "a.png")
    ]
    model.points = [
      COLMAPModel.Point(id: 1, position: SIMD3(1, 2, 3), color: SIMD3(1, 2, 3))
    ]
    let path = NSTemporaryDirectory() + "/splat-fuzz-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try? model.write(to: path)
    return ["cameras.bin", "images.bin", "points3D.bin"].map { name in
      (name, (try? FileInput.read(path: "\(path)/\(name)")) ?? [])
    }
  }()

  /// Writes the seeds of a kind to a folder.
  static func write(_ kind: String, to path: String) throws {
    try FileOutput.makeFolder(path)
    if kind == "colmap" {
      for (index, file) in modelFiles.enumerated() {
        try FileOutput.write([UInt8(index)] + file.bytes, to: "\(path)/\(file.name)")
      }
      return
    }
    if try SceneSeeds.write(kind, to: path) { return }
    for shDegree in 0...1 {
      var options = ModelFile.Options()
      options.format = ModelFormat(rawValue: kind == "spz4" ? "spz" : kind) ?? .ply
      options.spzVersion = 4
      let file = "\(path)/seed\(shDegree)"
      if kind == "spz" {
        try FileOutput.write(stream(shDegree: shDegree), to: file)
      } else if kind == "ksplat" {
        try FileOutput.write(ksplat, to: file)
      } else {
        try ModelFile.write(splats(shDegree: shDegree), to: file, options: options)
      }
    }
  }

  private static func splats(shDegree: Int) -> Splats {
    var splats = Splats(count: 3, shDegree: shDegree)
    for index in 0..<3 {
      splats[index] = Splat(
        mean: SIMD3(Float(index), 1, 2), logScale: SIMD3(repeating: -2),
        rotation: Quaternion(w: 1, x: Float(index), y: 0, z: 0.5), opacityLogit: 1,
        shCoefficients: (0..<splats.coefficientCount).map { SIMD3(repeating: Float($0) * 0.1) })
    }
    return splats
  }

  /// What is inside the gzip stream of an SPZ file of version 2.
  private static func stream(shDegree: Int) -> [UInt8] {
    let head: [UInt8] = Array("NGSP".utf8) + [2, 0, 0, 0, 2, 0, 0, 0, UInt8(shDegree), 12, 1, 0]
    return head + [UInt8](repeating: 77, count: 2 * (9 + 1 + 3 + 3 + 3 + 9 * shDegree))
  }

  /// A file of one Gaussian without compression.
  private static let ksplat: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 4096 + 1024 + 44)
    for place in [1, 4, 16, 4096, 4100] { bytes[place] = 1 }
    for index in 0..<10 { bytes[5120 + index * 4 + 3] = 0x3f }
    return bytes
  }()
}

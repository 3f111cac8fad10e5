import Foundation
import SplatCore
import SplatFiles

/// Small scenes and photos to start from.
enum SceneSeeds {
  private static let transforms = """
    {"camera_model": "OPENCV", "fl_x": 20, "fl_y": 21.5, "cx": 10, "cy": 5, "w": 20, "h": 10.0, \
    "k1": -0.1, "p1": 0.001, "ply_file_path": "points.ply", "test_filenames": ["images/a.png"], \
    "frames": [{"file_path": "./images/a", "mask_path": "images/a.png", "transform_matrix": \
    [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3e-1], [0, 0, 0, 1]]}, {"file_path": "none"}]}
    """
  private static let reconstruction = """
    [{"cameras": {"c": {"projection_type": "brown", "width": 20, "height": 10, "focal_x": 1, \
    "focal_y": 1.1, "c_x": 0, "c_y": 0.01, "k1": -0.1, "k2": 0, "p1": 0, "p2": 0, "k3": 0}}, \
    "shots": {"a.png": {"camera": "c", "rotation": [0.1, 0, 0], "translation": [0, 0, 5]}}, \
    "points": {"1": {"coordinates": [1, 2, 3], "color": [255, 0, 1]}}}]
    """
  private static let points = """
    ply
    format ascii 1.0
    element vertex 1
    property float x
    property float y
    property float z
    end_header
    1 2 3

    """

  /// Writes the seeds of a kind to the folder at `path`, and what scenes need beside it; returns
  /// whether the kind is one of these.
  static func write(_ kind: String, to path: String) throws -> Bool {
    let photo = Photo(
      width: 20, height: 10, channels: 3, bytes: (0..<600).map { UInt8(truncatingIfNeeded: $0 * 7) }
    )
    let scene = path + "/.."
    switch kind {
    case "transforms", "opensfm":
      try FileOutput.makeFolder("\(scene)/images")
      try PNGFile.write(photo, to: "\(scene)/images/a.png")
      try FileOutput.write(points, to: "\(scene)/points.ply")
      try FileOutput.write(kind == "opensfm" ? reconstruction : transforms, to: "\(path)/seed")
    case "zip":
      try PNGFile.write(photo, to: "\(scene)/a.png")
      let png = try FileInput.read(path: "\(scene)/a.png")
      let files = [
        ("transforms.json", Array(transforms.utf8)), ("points.ply", Array(points.utf8)),
        ("images/a.png", png),
      ]
      try FileOutput.write(StoredZip.archive(files), to: "\(path)/seed")
    case "photo":
      try PNGFile.write(photo, to: "\(path)/png")
      try JPEGFile.write(photo, to: "\(path)/jpeg")
    default: return false
    }
    return true
  }
}

/// Zip archives without compression.
enum StoredZip {
  /// The archive of files with names of at most 65,535 bytes.
  static func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var body: [UInt8] = []
    var directory: [UInt8] = []
    for file in files {
      let start = body.count
      let size = UInt32(file.bytes.count)
      // Version 2.0, no flags, stored, 1 January 1980.
      let common =
        bytes([20, 0, 0, 0, 0x21].map { UInt16($0) })
        + bytes([StoredGzip.checksum(file.bytes), size, size])
        + bytes([UInt16(file.name.utf8.count), 0])
      body += bytes([UInt32(0x0403_4b50)]) + common + Array(file.name.utf8) + file.bytes
      directory +=
        bytes([UInt32(0x0201_4b50)]) + bytes([UInt16(20)]) + common + bytes([UInt16(0), 0, 0])
        + bytes([UInt32(0), UInt32(start)]) + Array(file.name.utf8)
    }
    let count = UInt16(files.count)
    return body + directory + bytes([UInt32(0x0605_4b50)]) + bytes([0, 0, count, count])
      + bytes([UInt32(directory.count), UInt32(body.count)]) + bytes([UInt16(0)])
  }

  private static func bytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    words.flatMap { word in
      (0..<Word.bitWidth / 8).map { UInt8(truncatingIfNeeded: word >> Word($0 * 8)) }
    }
  }
}

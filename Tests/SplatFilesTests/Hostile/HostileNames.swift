import Foundation
import SplatFiles
import Testing

/// Scenes whose texts name what they may not, or hold numbers that make no sense.
enum HostileNames {
  private static func open(_ folder: String, _ reads: inout HostileReads) {
    reads.read(below: folder) { () throws(FileError) in try SceneAttack.open(folder) }
  }

  static func read() throws {
    let lead = "{\"camera_angle_x\": 1, \"frames\": "
    let deep = lead + String(repeating: "[", count: 100_000)
    let pose = "\"transform_matrix\": [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3]]"
    let paths = [
      "../a.png", "/etc/passwd", "images/../../a.png", "a\\u0000.png", "..", ".", "", "images",
      "images/a.png/b",
    ].map { "\(lead)[{\"file_path\": \"\($0)\", \(pose)}]}" }
    let values = ["1e999", "-1", "0", "1e-300", "1e300", "null", "\"1\"", "[]", "NaN"]
    let numbers = ["fl_x", "cx", "w", "k1", "k4", "p2"].flatMap { name in
      values.map { value in
        """
        {"fl_x": 20, "w": 20, "h": 10, "\(name)": \(value), "frames": [{"file_path": \
        "images/a.png", \(pose)}]}
        """
      }
    }
    var reads = HostileReads("hostile JSON and names")
    try withTemporaryFolder(isInMemory: true) { folder in
      for text in [deep] + paths {
        try SceneAttack.writeNeRF(to: folder, text)
        open(folder, &reads)
      }
      #expect(reads.opened == 0)
      for text in numbers {
        try SceneAttack.writeNeRF(to: folder, text)
        open(folder, &reads)
      }
      // Bytes that are no UTF-8, in a name of every format that has names.
      try SceneAttack.writeNeRF(to: folder, "x")
      let json = Array(lead.utf8) + Array("[{\"file_path\": \"".utf8) + [0xff, 0xfe]
      try Data(json + Array("\"}]}".utf8)).write(
        to: URL(fileURLWithPath: "\(folder)/transforms.json"))
      open(folder, &reads)
    }
    try withTemporaryFolder(isInMemory: true) { folder in
      try SceneAttack.writeCOLMAP(to: folder, asText: true)
      let line = Array("1 1 0 0 0 0 0 3 7 ".utf8) + [0xc3, 0x28, 0x0a, 0x0a]
      try Data(line).write(to: URL(fileURLWithPath: "\(folder)/sparse/0/images.txt"))
      open(folder, &reads)
    }
    reads.report("names, numbers and nesting")
  }
}

import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct FileBytesTests {
  private func random(_ count: Int) -> [UInt8] {
    var random = RandomSource(seed: 12, purpose: .testing)
    return (0..<count).map { _ in UInt8(random.index(below: 256)) }
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 300_001])
  func bytesThatWereReleasedAreReadAgain(count: Int) throws {
    let content = random(count)
    try withTemporaryFolder { folder in
      try FileOutput.write(content, to: "\(folder)/file")
      let bytes = try FileBytes(path: "\(folder)/file")
      for range in [
        0..<count, 0..<0, count..<count, count / 3..<count / 2, max(0, count - 1)..<count,
      ] {
        bytes.release(range)
        #expect(bytes.slice(0..<count) == content)
      }
    }
  }

  @Test func releasingTheLastPageLeavesTheMemoryBehindAlone() throws {
    try withTemporaryFolder { folder in
      let content = random(200_001)
      try FileOutput.write(content, to: "\(folder)/file")
      // What is mapped and allocated between the files lies around their mappings.
      var files: [FileBytes] = []
      var between: [[UInt8]] = []
      for _ in 0..<8 {
        files.append(try FileBytes(path: "\(folder)/file"))
        between.append(content)
      }
      for file in files { file.release(0..<file.count) }
      for (file, copy) in zip(files, between) {
        #expect(copy == content)
        #expect(file.slice(0..<file.count) == content)
      }
    }
  }

  @Test func textIsReadInPiecesToo() throws {
    // Rows of many lengths, so that pieces end anywhere in them.
    var text = "ply\nformat ascii 1.0\nelement vertex 60000\n"
    for name in ["x", "y", "z"] { text += "property float \(name)\n" }
    text += "end_header\n"
    for row in 0..<60_000 { text += "\(row) \(Double(row) / 7) \(-row)\n" }
    #expect(text.utf8.count > 1 << 20)
    let cloud = try withTemporaryFolder { folder in
      try FileOutput.write(text, to: "\(folder)/points.ply")
      return try PointCloudPLY.read(path: "\(folder)/points.ply")
    }
    #expect(cloud.count == 60_000)
    for row in 0..<60_000 {
      #expect(cloud.positions[row] == SIMD3(Float(row), Float(Double(row) / 7), -Float(row)))
    }
  }
}

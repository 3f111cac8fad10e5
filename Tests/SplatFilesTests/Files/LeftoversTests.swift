import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

/// What is there when a program is killed while it writes files.
@Suite struct LeftoversTests {
  /// A number that no process has.
  private static let ended = Int32.max

  @Test func leftoversOfEndedProgramsAreRemovedWithTheirFile() throws {
    try withTemporaryFolder { folder in
      let mine = ProcessInfo.processInfo.processIdentifier
      let others = [
        // Of a process that goes on, of another file, and of no program's.
        "a.png.tmp-1-4", "b.png.tmp-\(Self.ended)-1", "a.png.tmp-old", "a.png.tmp-\(Self.ended)",
      ]
      let leftovers = ["a.png.tmp-\(Self.ended)-1", "a.png.tmp-\(mine)-77"]
      for name in others + leftovers {
        _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data([1]))
      }
      try FileOutput.write([2], to: "\(folder)/a.png")
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left.sorted() == (others + ["a.png"]).sorted())
    }
  }

  @Test func foldersOfEndedProgramsAreFound() throws {
    try withTemporaryFolder { folder in
      for name in ["out.tmp-\(Self.ended)-1", "out.tmp-1-1", "out.tmp", "out"] {
        try FileOutput.makeFolder("\(folder)/\(name)")
      }
      for path in ["\(folder)/out", "\(folder)/out/"] {
        #expect(Leftovers.folders(of: path) == ["\(folder)/out.tmp-\(Self.ended)-1"])
      }
    }
  }

  /// At each step of writing a model over another, the description leads to one of both.
  @Test func descriptionsNeverLeadToAMixture() throws {
    try withTemporaryFolder { folder in
      func check(_ expected: [[UInt8]]) throws {
        guard FilePaths.exists("\(folder)/list") else { return }
        let names = try FileInput.readText(path: "\(folder)/list").split(separator: " ")
        let found = try names.map { try bytes(of: "\(folder)/\($0)") }
        #expect(expected.contains(found.flatMap { $0 }), "\(names) \(found)")
      }
      func write(_ value: UInt8, _ known: [[UInt8]]) throws {
        let parts = ["x", "y"].map { name in
          DescribedFiles.Part(name: name) { (output) throws(FileError) in
            try? check(known)
            try output.append([value])
          }
        }
        try DescribedFiles.write(parts, describedAt: "\(folder)/list") { prefix in
          try? check(known)
          return Array(parts.map { prefix + $0.name }.joined(separator: " ").utf8)
        }
        #expect(
          try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
            "list", "x", "y",
          ])
        #expect(try FileInput.readText(path: "\(folder)/list") == "x y")
        try check([[value, value]])
      }
      try write(1, [])
      try write(2, [[1, 1], [2, 2]])
      // The copies of a killed program are replaced, too.
      try FileOutput.write([9], to: "\(folder)/new_x")
      try write(3, [[2, 2], [3, 3]])
    }
  }

  @Test(arguments: ["model.gltf", "folder/"])
  func modelsOfSeveralFilesAreReplaced(name: String) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/\(name)"
      var files: [Set<String>] = []
      for (seed, degree) in [(1, 0), (2, 1), (2, 1)] {
        let splats = SyntheticScene.splats(count: 50, seed: UInt64(seed), shDegree: degree)
        var options = ModelFile.Options()
        options.format = name == "folder/" ? .sog : .gltf
        let written = try ModelFile.write(splats, to: path, options: options)
        files.append(Set(FilePaths.files(below: folder)))
        #expect(written.paths.allSatisfy(FilePaths.isFile))
        #expect(try ModelFile.read(path: path).splats.shDegree == degree)
      }
      #expect(files[1] == files[2] && files[1].allSatisfy { !$0.contains("new_") })
    }
  }
}

import Foundation
import SplatFiles
import Testing

@Suite struct FileOutputTests {
  private func failure(_ path: String) -> FileError? {
    fileError { () throws(FileError) in try FileOutput.write([1, 2, 3], to: path) }
  }

  @Test func aFileIsReplacedAndNothingElseIsLeft() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try FileOutput.write([1, 2], to: path)
      try FileOutput.write([3], to: path)
      #expect(try bytes(of: path) == [3])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func aFailureHalfWayLeavesTheOldFileAlone() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a"
      try FileOutput.write([1, 2], to: path)
      let error = fileError { () throws(FileError) in
        try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
          try output.append([9])
          throw FileError(.badInput, path: "x", problem: "stop")
        }
      }
      #expect(error?.problem == "stop")
      #expect(try bytes(of: path) == [1, 2])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  @Test func pathsThatCannotBeWrittenAreNamed() throws {
    try withTemporaryFolder { folder in
      try FileOutput.write([1], to: "\(folder)/file")
      for path in ["\(folder)/file/below", "\(folder)/none/a", folder] {
        #expect(failure(path)?.kind == .cannotWrite)
        #expect(failure(path)?.exitCode == 73)
        #expect(failure(path)?.path == path)
      }
      let error = fileError { () throws(FileError) in
        try FileOutput.makeFolder("\(folder)/file/below/it")
      }
      #expect(error?.kind == .cannotWrite)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func aFullDiskIsSaid() {
    #expect(failure("/dev/full")?.kind == .cannotWrite)
    #expect(failure("/dev/full")?.problem.contains("cannot be written") == true)
  }

  @Test func devicesAreWrittenToAndNotReplaced() throws {
    #expect(failure("/dev/null") == nil)
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test func aSymbolicLinkStaysOne() throws {
    try withTemporaryFolder { folder in
      try FileOutput.write([1], to: "\(folder)/real")
      let link = "\(folder)/link"
      try FileManager.default.createSymbolicLink(
        atPath: link, withDestinationPath: "\(folder)/real")
      try FileOutput.write([2], to: link)
      #expect(try bytes(of: "\(folder)/real") == [2])
      let type = try FileManager.default.attributesOfItem(atPath: link)[.type]
      #expect(type as? FileAttributeType == .typeSymbolicLink)
    }
  }

  @Test func foldersAndMissingFilesAreNotRead() throws {
    try withTemporaryFolder { folder in
      for path in [folder, "\(folder)/none", "/dev/null"] {
        let error = fileError { () throws(FileError) in _ = try FileInput.read(path: path) }
        #expect(error?.exitCode == 66)
      }
    }
  }

  @Test func numpyFilesHaveAnAlignedHeader() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npy"
      try NPYFile.write([1, 2, 3, 4, 5, 6], shape: [2, 3], to: path)
      let file = try bytes(of: path)
      #expect(Array(file[0..<8]) == [0x93] + Array("NUMPY".utf8) + [1, 0])
      let length = Int(file[8]) + Int(file[9]) << 8
      #expect((10 + length) % 64 == 0)
      #expect(file.count == 10 + length + 24)
      #expect(String(decoding: file[10..<10 + length], as: UTF8.self).contains("(2, 3,)"))
      #expect(file[10 + length - 1] == 10)
      #expect(Array(file.suffix(4)) == PLYFixtures.littleEndian(Float(6).bitPattern))
    }
  }
}

import SplatCore
import SplatFiles
import Testing

@Suite struct SplatPLYErrorTests {
  private func error(_ text: String) -> FileError? { error(Array(text.utf8)) }

  private func error(_ file: [UInt8]) -> FileError? {
    fileError { () throws(FileError) in _ = try SplatPLY.read(file, path: "m.ply") }
  }

  @Test func brokenGaussiansAreDroppedAndCounted() throws {
    var splats = PLYFixtures.splats(count: 20, shDegree: 0)
    splats.parameters[Plane.means, 3] = .nan
    splats.parameters[Plane.sh, 8] = .infinity
    for part in 0..<4 { splats.parameters[Plane.rotations + part, 15] = 0 }
    let file = try SplatPLY.read(PLYFixtures.binary(splats), path: "a")
    #expect(file.dropped == 3)
    #expect(file.splats.count == 17)
    #expect(file.splats[3].mean == splats[4].mean)
    #expect(file.splats[16].mean == splats[19].mean)
    #expect(try SplatPLY.read(PLYFixtures.ascii(splats), path: "a").splats == file.splats)
  }

  @Test func aModelOfNothingButBrokenGaussiansIsRefused() {
    var splats = PLYFixtures.splats(count: 9, shDegree: 0)
    for index in 0..<9 { splats.parameters[Plane.opacityLogit, index] = .nan }
    #expect(error(PLYFixtures.binary(splats))?.problem.contains("none of 9") == true)
  }

  @Test func theMessageNamesWhatIsMissing() {
    let names = PLYFixtures.names.filter { $0 != "scale_1" }
    let row = "0 0 0 0 0 0 0 0 0 1 0 0 0\n"
    #expect(
      error(PLYFixtures.header("ascii", count: 1, names: names) + row)?.description
        == "m.ply: element vertex: has no property `scale_1`")
    #expect(error(PLYFixtures.header("ascii", count: 0))?.problem == "holds no Gaussians")
    let cloud = PLYFixtures.header("ascii", count: 1, names: ["x", "y", "z", "red"])
    #expect(error(cloud + "0 0 0 0\n")?.problem.contains("point cloud") == true)
    let odd = PLYFixtures.header("ascii", count: 1, names: PLYFixtures.names + ["f_rest_0"])
    #expect(error(odd + row)?.problem.contains("has 1 properties f_rest_*") == true)
  }

  @Test func aGapInTheNumbersOfTheRestIsRefused() {
    let rest = (1...9).map { "f_rest_\($0)" }
    let header = PLYFixtures.header("ascii", count: 1, names: PLYFixtures.names + rest)
    let text = header + String(repeating: "1 ", count: 23)
    #expect(error(text)?.problem == "has no property `f_rest_0`")
  }

  @Test(arguments: ["ascii", "binary_little_endian", "binary_big_endian"])
  func countsThatTheFileCannotHoldAreRefusedBeforeMemoryIsTaken(format: String) {
    for count in ["2", "2000000000", "4000000000", "9223372036854775807"] {
      for list in ["", "property list uchar int l\n"] {
        let text = PLYFixtures.header(format, count: count, after: list)
        #expect(error(text)?.kind == .badInput, "\(count) \(list)")
        let other = PLYFixtures.header(
          format, count: 1, before: "element junk \(count)\nproperty double a\n\(list)")
        #expect(error(other)?.kind == .badInput)
      }
    }
    #expect(error(PLYFixtures.header(format, count: "99999999999999999999"))?.place == "line 3")
    #expect(error(PLYFixtures.header(format, count: "-1"))?.place == "line 3")
  }

  @Test func nonsenseInTheHeaderIsRefused() {
    for text in [
      "", "p", "ply", "ply\n", "PLY\n", "ply\nend_header\n", "ply\nformat ascii2 1.0\nend_header\n",
      "ply\nformat ascii 1.0\nproperty float x\nend_header\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty half x\nend_header\n1\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty list float int x\nend_header\n1 1\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty list x\nend_header\n1 1\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty\nend_header\n1 1\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nproperty float x\nend_header\n1\n",
      "ply\nformat ascii 1.0\nelement vertex 1\nelement vertex 1\nend_header\n1 1\n",
      "ply\nformat ascii 1.0\nwhat is this\nend_header\n",
    ] {
      #expect(error(text)?.kind == .badInput, "\(text)")
    }
    #expect(error(Array("ply\n".utf8) + [UInt8](repeating: 10, count: 2_000_000)) != nil)
  }

  @Test func textThatIsNoNumberIsNamedByItsLine() {
    let header = PLYFixtures.header("ascii", count: 1)
    #expect(error(header + "0 0 0 0 0 0 zero 0 0 0 1 0 0 0\n")?.place == "line 19")
    #expect(error(header + "0 0 0 0 0 0 0x1p3 0 0 0 1 0 0 0\n")?.place == "line 19")
  }

  @Test func aFileCutAnywhereIsRefused() {
    let splats = PLYFixtures.splats(count: 4, shDegree: 0)
    for file in [PLYFixtures.binary(splats), PLYFixtures.binary(splats, isBigEndian: true)] {
      HostileBytes.cut(file) { (file) throws(FileError) in
        _ = try SplatPLY.read(file, path: "a")
      }
    }
    // Text may lose the last digits of a number and still be a file.
    HostileBytes.cut(PLYFixtures.ascii(splats), throwing: false) { (file) throws(FileError) in
      _ = try SplatPLY.read(file, path: "a")
    }
  }

  @Test func changedBytesNeverTrap() {
    let splats = PLYFixtures.splats(count: 4, shDegree: 0)
    let lists = PLYFixtures.header(
      "binary_little_endian", count: 4, before: "element face 2\nproperty list uint int i\n")
    let rows = PLYFixtures.binary(splats).suffix(4 * 14 * 4)
    let withLists = Array(lists.utf8) + [1, 0, 0, 0, 5, 5, 5, 5, 0, 0, 0, 0] + rows
    for file in [PLYFixtures.binary(splats), PLYFixtures.ascii(splats), withLists] {
      let refused = HostileBytes.flip(file) { (file) throws(FileError) in
        _ = try SplatPLY.read(file, path: "a")
      }
      #expect(refused > 400)
    }
  }
}

import SplatCore
import SplatFiles
import Testing

@Suite struct SplatPLYTests {
  @Test(arguments: 0...4)
  func writingAndReadingChangesNoBit(shDegree: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.ply"
      for count in [1, 7, 8, 9, 5000] {
        let splats = PLYFixtures.splats(count: count, shDegree: shDegree)
        try SplatPLY.write(splats, to: path)
        let file = try SplatPLY.read(path: path)
        #expect(file.splats == splats)
        #expect(file.dropped == 0)
        let first = try bytes(of: path)
        try SplatPLY.write(file.splats, to: path)
        #expect(try bytes(of: path) == first)
      }
    }
  }

  @Test func theLayoutIsTheOneOfTheRelease() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/model.ply"
      var splats = Splats(count: 1, shDegree: 1)
      splats[0] = Splat(
        mean: SIMD3(1, 2, 3), logScale: SIMD3(4, 5, 6),
        rotation: Quaternion(w: 7, x: 8, y: 9, z: 10), opacityLogit: 11,
        shCoefficients: [
          SIMD3(20, 21, 22), SIMD3(30, 40, 50), SIMD3(31, 41, 51), SIMD3(32, 42, 52),
        ])
      try SplatPLY.write(splats, to: path, comments: ["two\nlines"])
      let rest = (0..<9).map { "f_rest_\($0)" }
      let names =
        ["x", "y", "z", "nx", "ny", "nz", "f_dc_0", "f_dc_1", "f_dc_2"] + rest
        + ["opacity", "scale_0", "scale_1", "scale_2", "rot_0", "rot_1", "rot_2", "rot_3"]
      let header = PLYFixtures.header(
        "binary_little_endian", count: 1, names: names, comments: ["two lines"])
      let values: [Float] =
        [1, 2, 3, 0, 0, 0, 20, 21, 22] + [30, 31, 32, 40, 41, 42, 50, 51, 52] + [11, 4, 5, 6]
        + [7, 8, 9, 10]
      let expected =
        Array(header.utf8) + values.flatMap { PLYFixtures.littleEndian($0.bitPattern) }
      #expect(try bytes(of: path) == expected)
    }
  }

  @Test func textAndBothByteOrdersGiveTheSame() throws {
    let splats = PLYFixtures.splats(count: 19, shDegree: 0)
    #expect(try SplatPLY.read(PLYFixtures.ascii(splats), path: "a").splats == splats)
    #expect(try SplatPLY.read(PLYFixtures.binary(splats), path: "b").splats == splats)
    let big = PLYFixtures.binary(splats, isBigEndian: true)
    #expect(try SplatPLY.read(big, path: "c").splats == splats)
  }

  @Test func propertiesMayComeInAnyOrderAndType() throws {
    let splats = PLYFixtures.splats(count: 3, shDegree: 0)
    let order = Array(PLYFixtures.names.enumerated().reversed())
    var header = "ply\r\nformat binary_little_endian 1.0\r\nelement vertex 3\r\n"
    for (_, name) in order { header += "property uchar pad_\(name)\r\nproperty double \(name)\r\n" }
    header += "end_header\r\n"
    var file = Array(header.utf8)
    for index in 0..<3 {
      let values = PLYFixtures.values(splats[index])
      for (place, _) in order {
        file += [99] + PLYFixtures.littleEndian(Double(values[place]).bitPattern)
      }
    }
    #expect(try SplatPLY.read(file, path: "a").splats == splats)
  }

  @Test func integerPropertiesAreNumbers() throws {
    var file = Array(
      PLYFixtures.header("binary_little_endian", count: 1, type: "uchar").utf8)
    file += (0..<14).map { UInt8($0 + 1) }
    let splat = try SplatPLY.read(file, path: "a").splats[0]
    #expect(PLYFixtures.values(splat) == (1...14).map { Float($0) })
  }

  @Test func otherElementsAreSkippedEvenWithLists() throws {
    let splats = PLYFixtures.splats(count: 2, shDegree: 0)
    let face = "element face 2\nproperty list uchar int indices\nproperty float weight\n"
    let table = "element chunk 3\nproperty double a\nproperty short b\n"
    let rows = (0..<2).flatMap { index in
      PLYFixtures.values(splats[index]).flatMap { PLYFixtures.littleEndian($0.bitPattern) }
    }
    let faces: [UInt8] =
      [2] + [UInt8](repeating: 1, count: 8) + [0, 0, 0, 0] + [0] + [9, 9, 9, 9]
    let chunks = [UInt8](repeating: 5, count: 30)
    let header = PLYFixtures.header(
      "binary_little_endian", count: 2, before: table + face, after: "element tail 7\n")
    let file = Array(header.utf8) + chunks + faces + rows
    #expect(try SplatPLY.read(file, path: "a").splats == splats)
    let text =
      PLYFixtures.header("ascii", count: 2, before: face) + "2 5 6 0.5\n0 0.25\n"
      + (0..<2).map { index in
        PLYFixtures.values(splats[index]).map { "\($0)" }.joined(separator: "\n")
      }.joined(separator: "\n")
    #expect(try SplatPLY.read(Array(text.utf8), path: "a").splats == splats)
  }

  @Test func listsAmongTheVerticesAreSkipped() throws {
    let splats = PLYFixtures.splats(count: 2, shDegree: 0)
    let header = PLYFixtures.header(
      "binary_little_endian", count: 2, after: "property list uchar short tags\n")
    var file = Array(header.utf8)
    for index in 0..<2 {
      let values = PLYFixtures.values(splats[index])
      file += values.flatMap { PLYFixtures.littleEndian($0.bitPattern) }
      file += [UInt8(index)] + [UInt8](repeating: 7, count: 2 * index)
    }
    #expect(try SplatPLY.read(file, path: "a").splats == splats)
  }

  @Test func commentsSayWhetherTheModelIsAntialiased() throws {
    let splats = PLYFixtures.splats(count: 1, shDegree: 0)
    func isAntialiased(_ comments: [String]) throws -> Bool {
      let header = PLYFixtures.header("ascii", count: 1, comments: comments)
      return try SplatPLY.read(PLYFixtures.ascii(splats, header: header), path: "a")
        .splats.isAntialiased
    }
    #expect(try isAntialiased([]) == false)
    #expect(try isAntialiased(["SplatRenderMode: mip"]))
    #expect(try isAntialiased(["SplatRenderMode: default"]) == false)
    #expect(try isAntialiased(["antialiased 1"]))
    #expect(try isAntialiased(["antialiased 1", "antialiased 0"]) == false)
    try withTemporaryFolder { folder in
      var model = splats
      model.isAntialiased = true
      try SplatPLY.write(model, to: "\(folder)/a.ply")
      #expect(try SplatPLY.read(path: "\(folder)/a.ply").splats == model)
    }
  }
}

import SplatCore
import SplatFiles
import Testing

/// PLY files of other programs, which hold the parameters in other ways than the release.
@Suite struct SplatPLYVariantTests {
  /// A binary file of rows of floats.
  private func file(
    _ names: [String], _ rows: [[Float]], comments: [String] = []
  ) -> [UInt8] {
    let header = PLYFixtures.header(
      "binary_little_endian", count: rows.count, names: names, comments: comments)
    return Array(header.utf8)
      + rows.flatMap { $0.flatMap { PLYFixtures.littleEndian($0.bitPattern) } }
  }

  private func rows(_ splats: Splats) -> [[Float]] {
    (0..<splats.count).map { PLYFixtures.values(splats[$0]) }
  }

  @Test func infiniteOpacitiesAndFlatScalesAreKept() throws {
    var splats = PLYFixtures.splats(count: 5, shDegree: 0)
    splats.parameters[Plane.opacityLogit, 0] = .infinity
    splats.parameters[Plane.opacityLogit, 1] = -.infinity
    splats.parameters[Plane.logScales + 1, 2] = -.infinity
    splats.parameters[Plane.logScales, 3] = .infinity
    for bytes in [PLYFixtures.binary(splats), file(PLYFixtures.names, rows(splats))] {
      let read = try SplatPLY.read(bytes, path: "a")
      #expect(read.dropped == 1)
      #expect(Logistic.forward(read.splats[0].opacityLogit) > 0.999_99)
      #expect(Logistic.forward(read.splats[1].opacityLogit) < 1e-5)
      #expect(Float.exp(read.splats[2].logScale.y) < 1e-30)
      #expect(read.splats[2].logScale.x == splats[2].logScale.x)
    }
    // Formats of bytes take them too.
    try withTemporaryFolder { folder in
      splats.parameters[Plane.logScales, 3] = 0
      try ModelFile.write(splats, to: "\(folder)/a.spz")
      #expect(try ModelFile.read(path: "\(folder)/a.spz").splats.count == 5)
    }
  }

  @Test func aModelWithTwoScalesIsFlat() throws {
    let splats = PLYFixtures.splats(count: 4, shDegree: 0)
    let names = PLYFixtures.names.filter { $0 != "scale_2" }
    let place = try #require(PLYFixtures.names.firstIndex(of: "scale_2"))
    let flat = rows(splats).map { row in
      row.enumerated().filter { $0.offset != place }.map(\.element)
    }
    let read = try SplatPLY.read(file(names, flat), path: "a").splats
    for index in 0..<4 {
      #expect(read[index].logScale.x == splats[index].logScale.x)
      #expect(read[index].logScale.y == splats[index].logScale.y)
      #expect(Float.exp(read[index].logScale.z) < 1e-30)
      #expect(read[index].rotation.w == splats[index].rotation.w)
    }
  }

  @Test func theFilterOfMipSplattingIsFused() throws {
    let splats = PLYFixtures.splats(count: 3, shDegree: 0)
    let filters: [Float] = [0.5, 0, 2]
    let filtered = zip(rows(splats), filters).map { $0 + [$1] }
    let read = try SplatPLY.read(file(PLYFixtures.names + ["filter_3D"], filtered), path: "a")
    for index in 0..<3 {
      let (old, new) = (splats[index], read.splats[index])
      var ratio = 1.0
      for axis in 0..<3 {
        let variance = Double.exp(2 * Double(old.logScale[axis]))
        let sum = variance + Double(filters[index] * filters[index])
        ratio *= variance / sum
        #expect(abs(Double(new.logScale[axis]) - Double.log(sum) / 2) < 1e-5)
      }
      let opacity = Logistic.forward(Double(old.opacityLogit)) * ratio.squareRoot()
      #expect(abs(Logistic.forward(Double(new.opacityLogit)) - opacity) < 1e-5)
    }
    #expect(read.splats[1].opacityLogit == splats[1].opacityLogit)
  }

  @Test(arguments: [("uchar", 255.0), ("ushort", 65_535), ("float", 1), ("float", 255)])
  func coloursAreConstantHarmonics(type: String, white: Double) throws {
    let names = ["x", "y", "z", "opacity", "scale_0", "scale_1", "scale_2"]
    let rotations = ["rot_0", "rot_1", "rot_2", "rot_3"]
    let floats = { (names: [String]) in names.map { "property float \($0)\n" }.joined() }
    let colors = ["red", "green", "blue"].map { "property \(type) \($0)\n" }.joined()
    let text =
      "ply\nformat ascii 1.0\nelement vertex 1\n" + floats(names) + colors + floats(rotations)
      + "end_header\n1 2 3 0.5 -1 -2 -3 \(Int(white)) 0 "
      + "\(white == 1 ? "0.2" : "\(Int(white / 5))") 1 0 0 0\n"
    let splat = try SplatPLY.read(Array(text.utf8), path: "a").splats[0]
    let color = 0.5 + 0.282_094_8 * splat.shCoefficients[0]
    #expect(abs(color.x - 1) < 1e-5 && abs(color.y) < 1e-5 && abs(color.z - 0.2) < 1e-5)
    #expect(splat.mean == SIMD3(1, 2, 3) && splat.logScale == SIMD3(-1, -2, -3))
  }

  @Test func theNamesOfCloudCompareAreKnown() throws {
    let splats = PLYFixtures.splats(count: 3, shDegree: 1)
    let rest = (0..<9).map { "f_rest_\($0)" }
    let names = (PLYFixtures.names + rest).map {
      ["x", "y", "z"].contains($0) ? $0 : "scalar_\($0)"
    }
    let all = (0..<3).map { index in
      PLYFixtures.values(splats[index])
        + (0..<9).map { splats[index].shCoefficients[1 + $0 % 3][$0 / 3] }
    }
    #expect(try SplatPLY.read(file(names, all), path: "a").splats == splats)
  }

  @Test func headersMayHoldTabsAndCommentsOfAnyBytes() throws {
    let splats = PLYFixtures.splats(count: 2, shDegree: 0)
    let header = PLYFixtures.header("ascii", count: 2).replacing(" ", with: "\t")
    var bytes = Array(header.prefix(4).utf8)
    bytes +=
      Array("comment caf".utf8) + [0xe9, 0x00, 0xff, 10] + Array("obj_info ".utf8) + [0xfe, 10]
    bytes += Array("comment \(String(repeating: "long ", count: 5000))\n".utf8)
    bytes += Array(header.dropFirst(4).utf8)
    for index in 0..<2 {
      let values = PLYFixtures.values(splats[index]).map { "\($0)" }
      bytes += Array((values.joined(separator: "\t") + "\n").utf8)
    }
    let file = try SplatPLY.read(bytes, path: "a")
    #expect(file.splats == splats)
    #expect(file.comments.count == 3 && file.comments[0].hasPrefix("caf"))
  }

  @Test(arguments: [
    ("SplatRenderMode: mip", true), ("splatrendermode: MIP", true), ("SPLATRENDERMODE:Mip", true),
    ("SplatRenderMode = default", false), ("SplatRenderMode: 2dgs", false),
    ("antialiased: True", true), ("Antialiased 1", true), ("anti-aliased 1", true),
    ("antialias=yes", true), ("antialiased false", false), ("rasterize_mode: antialiased", true),
    ("RasterizeMode: Classic", false), ("made with mip maps", false), ("antialiased", false),
  ])
  func marksOfAntialiasingAreKnownInAnyCase(comment: String, expected: Bool) throws {
    let splats = PLYFixtures.splats(count: 1, shDegree: 0)
    let header = PLYFixtures.header("ascii", count: 1, comments: [comment])
    let read = try SplatPLY.read(PLYFixtures.ascii(splats, header: header), path: "a").splats
    #expect(read.isAntialiased == expected)
  }

  @Test(arguments: [
    ("Vertical Axis: z", SIMD3<Double>(0, 0, 1)), ("vertical axis: X", SIMD3(1, 0, 0)),
    ("Vertical axis: y", SIMD3(0, -1, 0)), ("Vertical axis: 0 -2 0", SIMD3(0, -1, 0)),
    ("vertical_axis: -z", SIMD3(0, 0, -1)), ("up axis: y", SIMD3(0, 1, 0)),
    ("Vertical axis: [0, 0.6, 0.8]", SIMD3(0, 0.6, 0.8)),
  ])
  func theVerticalAxisIsReported(comment: String, expected: SIMD3<Double>) throws {
    let splats = PLYFixtures.splats(count: 1, shDegree: 0)
    let header = PLYFixtures.header("ascii", count: 1, comments: ["x", comment])
    let file = try SplatPLY.read(PLYFixtures.ascii(splats, header: header), path: "a")
    #expect(file.upAxis == expected)
    try withTemporaryFolder { folder in
      for ending in ["ply", "compressed.ply"] {
        var options = ModelFile.Options()
        options.upAxis = file.upAxis
        try ModelFile.write(file.splats, to: "\(folder)/a.\(ending)", options: options)
        #expect(try ModelFile.read(path: "\(folder)/a.\(ending)").upAxis == expected)
      }
    }
    let none = PLYFixtures.header("ascii", count: 1, comments: ["Vertical axis: up", "axis z"])
    #expect(try SplatPLY.read(PLYFixtures.ascii(splats, header: none), path: "a").upAxis == nil)
  }

  @Test(arguments: [true, false])
  func anOriginIsTakenFromMapCoordinates(isText: Bool) throws {
    let splats = PLYFixtures.splats(count: 9, shDegree: 0)
    let shift = SIMD3<Double>(448_262, 0, 5_411_943)
    var bytes = Array(
      PLYFixtures.header(
        isText ? "ascii" : "binary_little_endian", count: 9, type: "double"
      ).utf8)
    for index in 0..<9 {
      var values = PLYFixtures.values(splats[index]).map(Double.init)
      for axis in 0..<3 { values[axis] += shift[axis] }
      bytes +=
        isText
        ? Array((values.map { "\($0)" }.joined(separator: " ") + "\n").utf8)
        : values.flatMap { PLYFixtures.littleEndian($0.bitPattern) }
    }
    let file = try SplatPLY.read(bytes, path: "a")
    #expect(file.warnings.isEmpty)
    for index in 0..<9 {
      let place = SIMD3<Double>(file.splats[index].mean) + file.origin
      let offset = place - shift - SIMD3<Double>(splats[index].mean)
      #expect(abs(offset.x) < 1e-6 && abs(offset.y) < 1e-6 && abs(offset.z) < 1e-6)
    }
    // The origin is recorded, and read again.
    try withTemporaryFolder { folder in
      var options = ModelFile.Options()
      options.origin = file.origin
      try ModelFile.write(file.splats, to: "\(folder)/a.ply", options: options)
      let again = try ModelFile.read(path: "\(folder)/a.ply")
      #expect(again.origin == file.origin && again.splats == file.splats)
    }
  }

  @Test func floatsOfMapCoordinatesAreWarnedOf() throws {
    var splats = PLYFixtures.splats(count: 9, shDegree: 0)
    for index in 0..<9 { splats.parameters[Plane.means + 2, index] += 5_411_943 }
    let file = try SplatPLY.read(PLYFixtures.binary(splats), path: "a")
    #expect(file.splats == splats && file.origin == .zero)
    #expect(file.warnings.count == 1 && file.warnings[0].contains("0.5 units apart"))
  }
}

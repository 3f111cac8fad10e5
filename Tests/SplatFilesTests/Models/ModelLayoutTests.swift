import Foundation
import SplatCore
import SplatEditing
import SplatFiles
import SplatTestSupport
import Testing

/// What stands where in the files, against layouts written out by hand.
@Suite struct ModelLayoutTests {
  private static let half = Float(0.5).squareRoot()

  /// A Gaussian whose numbers are easy to follow: turned by a quarter about the z axis.
  private func splat(shDegree: Int = 0) -> Splats {
    var splats = Splats(count: 1, shDegree: shDegree)
    let coefficients = (0..<splats.coefficientCount).map { k -> SIMD3<Float> in
      let k = Float(k)
      return k == 0 ? SIMD3(0.1, 0.2, 0.3) / zerothHarmonic : SIMD3(k, k + 16, k + 32) / 64
    }
    splats[0] = Splat(
      mean: SIMD3(1, -2, 0.5), logScale: SIMD3(0, -1, -2),
      rotation: Quaternion(w: 2 * Self.half, x: 0, y: 0, z: 2 * Self.half), opacityLogit: 0,
      shCoefficients: coefficients)
    return splats
  }

  private func close(_ a: SIMD3<Float>, _ b: SIMD3<Float>, _ tolerance: Float) -> Bool {
    abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance && abs(a.z - b.z) <= tolerance
  }

  @Test func recordsOfSplat() throws {
    let bytes = try ModelFixtures.bytes(splat(), .splat)
    var expected: [UInt8] = []
    for value: Float in [1, -2, 0.5, 1, Float.exp(-1), Float.exp(-2)] {
      expected += PLYFixtures.littleEndian(value.bitPattern)
    }
    // 0.6, 0.7 and 0.8 of 255, half of it; then w, x, y, z around 128.
    expected += [153, 179, 204, 128, 219, 128, 128, 219]
    #expect(bytes == expected)
  }

  @Test func splatIsSortedByVolumeTimesOpacity() throws {
    var splats = SyntheticScene.splats(count: 50, seed: 1, shDegree: 0)
    splats.parameters[Plane.opacityLogit, 7] = -9
    let read = try ModelFile.read(ModelFixtures.bytes(splats, .splat), path: "a.splat").splats
    let keys = (0..<50).map { index in
      let splat = read[index]
      return splat.logScale.sum() - Float.log(1 + Float.exp(-splat.opacityLogit))
    }
    for (left, right) in zip(keys, keys.dropFirst()) { #expect(left >= right - 0.02) }
  }

  @Test func streamOfSPZ3() throws {
    let file = try ModelFixtures.bytes(splat(shDegree: 1), .spz)
    let stream = try GzipReader(FileBytes(file), path: "a").readToEnd(limit: 1000)
    // Small models get more bits after the point: 13 here, since 2 * 2^13 < 2^15.
    var expected: [UInt8] = Array("NGSP".utf8) + [3, 0, 0, 0, 1, 0, 0, 0, 1, 13, 0, 0]
    // y and z are reversed.
    for value in [1 << 13, 2 << 13, -(1 << 12)] {
      expected += [0, 8, 16].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    expected += [128]
    expected += [0.1, 0.2, 0.3].map { (value: Float) in
      UInt8((value / zerothHarmonic * 0.15 * 255 + 127.5).rounded())
    }
    expected += [160, 144, 128]
    // Of x, y, z, w the last is as large as z; the first of the largest is left out. z is reversed,
    // and so all signs are turned.
    expected += PLYFixtures.littleEndian(UInt32(2) << 30 | (512 | 511))
    // Coefficient by coefficient: y and z reversed in the first two of the three.
    for (k, sign) in [(1, -1), (2, -1), (3, 1)] {
      expected += [k, k + 16, k + 32].map { UInt8(128 + sign * $0 * 2) }
    }
    #expect(stream == expected)
  }

  @Test func containerOfSPZ4() throws {
    var options = ModelFile.Options()
    options.spzVersion = 4
    let legacy = try ModelFixtures.bytes(splat(shDegree: 1), .spz)
    let stream = try GzipReader(FileBytes(legacy), path: "a").readToEnd(limit: 1000)
    for shDegree in 0...1 {
      let file = try ModelFixtures.bytes(splat(shDegree: shDegree), .spz, options: options)
      let streams = shDegree == 0 ? 5 : 6
      #expect(Array(file[..<4]) == Array("NGSP".utf8))
      #expect(Array(file[4..<12]) == [4, 0, 0, 0, 1, 0, 0, 0])
      #expect(Array(file[12..<20]) == [UInt8(shDegree), 13, 0, UInt8(streams), 32, 0, 0, 0])
      #expect(Array(file[20..<32]) == [UInt8](repeating: 0, count: 12))
      var start = 32 + streams * 16
      var place = 16
      for (index, size) in [9, 1, 3, 3, 4, 9].prefix(streams).enumerated() {
        let table = FileBytes(file)
        let packed = Int(table.load(UInt64.self, at: 32 + index * 16))
        #expect(table.load(UInt64.self, at: 40 + index * 16) == UInt64(size))
        var content = [UInt8](repeating: 0, count: size)
        try Zstandard.expand(
          table, start..<start + packed, into: &content, at: 0..<size, path: "a", place: "b")
        #expect(content == Array(stream[place..<place + size]))
        start += packed
        place += size
      }
      #expect(start == file.count)
    }
  }

  @Test(arguments: 1...3)
  func earlierVersionsOfSPZ(version: Int) throws {
    let file = try ModelFile.read(SPZFixtures.gzip(version: version), path: "a.spz")
    #expect(file.splats.isAntialiased && file.splats.shDegree == 1 && file.splats.count == 4)
    let third = file.splats[2]
    #expect(third.mean == SIMD3(2, -1.5, -1))
    #expect(third.logScale == SIMD3(-3, -3, -4))
    #expect(abs(third.opacityLogit - 13.8) < 0.1)
    let color = (SIMD3<Float>(120, 128, 200) / 255 - 0.5) / 0.15
    #expect(close(third.shCoefficients[0], color, 1e-5))
    let y = (SIMD3<Float>(108, 111, 114) - 128) / -128
    #expect(close(third.shCoefficients[1], y, 1e-6))
    let q = third.rotation
    if version < 3 {
      #expect(abs(q.x - (168 / 127.5 - 1)) < 1e-6 && abs(q.y + (140 / 127.5 - 1)) < 1e-6)
    } else {
      // The largest is z; x, y and w are in the bits from the top, and y is reversed like z.
      let unit = Self.half / 511
      #expect(abs(q.x - 100 * unit) < 1e-6 && abs(q.y - 100 * unit) < 1e-6)
      #expect(abs(q.w - 37 * unit) < 1e-6 && q.z < 0)
    }
    #expect(abs(q.squaredNorm - 1) < 1e-5)
  }

  @Test func rowsOfCompressedPLY() throws {
    let bytes = try ModelFixtures.bytes(splat(shDegree: 1), .compressedPLY)
    let reader = try PLYReader(FileBytes(bytes), path: "a")
    #expect(reader.header.elements.map(\.name) == ["chunk", "vertex", "sh"])
    #expect(reader.header.elements.map(\.count) == [1, 1, 1])
    #expect(
      reader.header.elements[0].properties.map(\.name) == [
        "min_x", "min_y", "min_z", "max_x", "max_y", "max_z", "min_scale_x", "min_scale_y",
        "min_scale_z", "max_scale_x", "max_scale_y", "max_scale_z", "min_r", "min_g", "min_b",
        "max_r", "max_g", "max_b",
      ])
    var expected: [UInt8] = []
    for value: Float in [1, -2, 0.5, 1, -2, 0.5, 0, -1, -2, 0, -1, -2] {
      expected += PLYFixtures.littleEndian(value.bitPattern)
    }
    let body = Array(bytes[reader.header.dataOffset...])
    #expect(Array(body[..<48]) == expected)
    // Ranges without extent give zeros. w is the first of the largest: x, y, z follow.
    #expect(Array(body[72..<76]) == [0, 0, 0, 0])
    #expect(Array(body[76..<80]) == PLYFixtures.littleEndian(UInt32(512 << 20 | 512 << 10 | 1023)))
    #expect(Array(body[80..<84]) == [0, 0, 0, 0])
    #expect(Array(body[84..<88]) == [128, 0, 0, 0])
    // Red's three coefficients first.
    let harmonics = [1, 2, 3, 17, 18, 19, 33, 34, 35].map { UInt8(Float($0) / 64 * 32 + 128) }
    #expect(Array(body[88...]) == harmonics)
  }

  @Test func chunksOfCompressedPLYHoldTheirOwnRanges() throws {
    let splats = SyntheticScene.splats(count: 700, seed: 2, shDegree: 0)
    let file = try ModelFile.read(
      ModelFixtures.bytes(splats, .compressedPLY), path: "a.compressed.ply")
    let sorted = splats.gathered(MortonOrder.of(splats.parameters))
    for index in 0..<700 {
      #expect(close(file.splats[index].mean, sorted[index].mean, 4 / 1023 / 2 + 1e-6))
      #expect(close(file.splats[index].logScale, sorted[index].logScale, 2.4 / 1023 / 2 + 1e-6))
    }
  }

  @Test func chunksOfGLB() throws {
    var splats = splat(shDegree: 1)
    splats.isAntialiased = true
    let bytes = try ModelFixtures.bytes(splats, .glb)
    let file = FileBytes(bytes)
    #expect(Array(bytes[..<8]) == Array("glTF".utf8) + [2, 0, 0, 0])
    #expect(Int(file.load(UInt32.self, at: 8)) == bytes.count)
    let length = Int(file.load(UInt32.self, at: 12))
    #expect(length % 4 == 0 && Array(bytes[16..<20]) == Array("JSON".utf8))
    let top = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[20..<20 + length])) as? [String: Any])
    #expect(top["extensionsUsed"] as? [String] == ["KHR_gaussian_splatting"])
    let accessors = try #require(top["accessors"] as? [[String: Any]])
    #expect(accessors[0]["min"] as? [Double] == [1, 2, -0.5])
    #expect(
      accessors.map { $0["type"] as? String } == ["VEC3", "VEC4", "VEC3", "SCALAR"]
        + [String](repeating: "VEC3", count: 4))
    let meshes = try #require(top["meshes"] as? [[String: Any]])
    let primitive = try #require((meshes[0]["primitives"] as? [[String: Any]])?.first)
    #expect(primitive["mode"] as? Int == 0)
    let names = try #require(primitive["attributes"] as? [String: Int])
    #expect(names["KHR_gaussian_splatting:SH_DEGREE_1_COEF_2"] == 7 && names.count == 8)
    let body = 20 + length + 8
    #expect(Array(bytes[body - 4..<body]) == [0x42, 0x49, 0x4e, 0])
    let numbers = (0..<26).prefix((bytes.count - body) / 4).map {
      Float(bitPattern: file.load(UInt32.self, at: body + $0 * 4))
    }
    let expected: [Float] =
      [1, 2, -0.5, 0, 0, -Self.half, Self.half, 1, Float.exp(-1), Float.exp(-2), 0.5]
      + [0.1, 0.2, 0.3].map { $0 / zerothHarmonic }
      + [-1, -17, -33, -2, -18, -34, 3, 19, 35].map { $0 / 64 }
    #expect(numbers.count == 23)
    for (number, value) in zip(numbers, expected) { #expect(abs(number - value) < 1e-6) }
  }

  @Test func coloredPoints() throws {
    let cloud = try PointCloudPLY.read(ModelFixtures.bytes(splat(), .points), path: "a.ply")
    #expect(cloud.positions == [SIMD3(1, -2, 0.5)])
    #expect(cloud.colors == [SIMD3(153, 179, 204)])
  }

  @Test func endingsStandForFormats() {
    for (path, format): (String, ModelFormat?) in [
      ("a.ply", .ply), ("A.PLY", .ply), ("b/a.compressed.ply", .compressedPLY),
      ("a.points.ply", .points), ("a.splat", .splat), ("a.spz", .spz), ("a.sog", .sog),
      ("a/", .sog), ("a/meta.json", .sog), ("meta.json", .sog), ("a.glb", .glb),
      ("a.gltf", .gltf), ("a.ksplat", .ksplat), ("a.txt", nil), ("ply", nil), ("", nil),
    ] {
      #expect(ModelFormat(ending: path) == format, "\(path)")
    }
  }
}

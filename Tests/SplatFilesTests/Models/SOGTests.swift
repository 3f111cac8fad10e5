import Foundation
import SplatCore
import SplatFiles
import SplatTestSupport
import Testing

@Suite struct SOGTests {
  /// The files of an archive by their names.
  private func files(_ bytes: [UInt8]) throws -> [String: [UInt8]] {
    let archive = try ZipArchive(FileBytes(bytes), path: "a.sog")
    var files: [String: [UInt8]] = [:]
    for member in archive.members { files[member.name] = try archive.read(member, limit: 1 << 24) }
    return files
  }

  @Test func filesAndPixels() throws {
    var splats = Splats(count: 5, shDegree: 1)
    splats.isAntialiased = true
    for index in 0..<5 {
      splats[index] = Splat(
        mean: SIMD3(Float(index), -Float(index), 0), logScale: SIMD3(-3, -2, -1),
        rotation: Quaternion(w: 0, x: 0, y: -3, z: 3), opacityLogit: 0,
        shCoefficients: [SIMD3(0.5, 0, -0.5), SIMD3(repeating: Float(index)), .zero, .one])
    }
    let files = try files(ModelFixtures.bytes(splats, .sog))
    #expect(
      Set(files.keys) == [
        "meta.json", "means_l.webp", "means_u.webp", "scales.webp", "quats.webp", "sh0.webp",
        "shN_centroids.webp", "shN_labels.webp",
      ])
    let meta = try #require(
      try JSONSerialization.jsonObject(with: Data(files["meta.json"] ?? [])) as? [String: Any])
    #expect(meta["version"] as? Int == 2 && meta["count"] as? Int == 5)
    #expect(meta["model"] as? String == "antialiased")
    let means = try #require(meta["means"] as? [String: Any])
    let highs = try #require(means["maxs"] as? [Double])
    #expect(abs(highs[0] - log(5)) < 1e-6 && highs[1] == 0)
    let scales = try #require((meta["scales"] as? [String: Any])?["codebook"] as? [Double])
    #expect(scales.count == 256 && Set(scales) == [-3, -2, -1])
    let rest = try #require(meta["shN"] as? [String: Any])
    #expect(rest["bands"] as? Int == 1 && rest["count"] as? Int == 5)
    func photo(_ name: String) throws -> Photo {
      try WebPFile.read(FileBytes(files[name] ?? []), path: name, channels: 4)
    }
    // Five Gaussians make an image of 4 x 4; the palette has rows of 64 entries of three.
    let (low, high) = (try photo("means_l.webp"), try photo("means_u.webp"))
    #expect(low.width == 4 && low.height == 4)
    #expect(try photo("shN_centroids.webp").width == 192)
    let order = MortonOrder.of(splats.parameters)
    for (pixel, index) in order.enumerated() {
      let number = Int(low.bytes[pixel * 4]) + 256 * Int(high.bytes[pixel * 4])
      let share = log(Double(index) + 1) / log(5)
      #expect(abs(Double(number) - share * 65535) <= 0.51)
    }
    // y and z are as large as each other: y, the first, is left out and made positive.
    let quats = try photo("quats.webp")
    #expect(Array(quats.bytes[..<4]) == [128, 128, 0, 254])
    #expect(try photo("sh0.webp").bytes[3] == 128)
    let labels = try photo("shN_labels.webp")
    #expect((0..<5).map { labels.bytes[$0 * 4] } == [0, 1, 2, 3, 4])
  }

  @Test(arguments: ["", "/", "/meta.json"])
  func foldersAreWrittenAndRead(ending: String) throws {
    let splats = SyntheticScene.splats(count: 100, seed: 1, shDegree: 2)
    let archive = try ModelFile.read(ModelFixtures.bytes(splats, .sog), path: "a.sog").splats
    try withTemporaryFolder { folder in
      let path = "\(folder)/model"
      if ending.isEmpty { try FileOutput.makeFolder(path) }
      var options = ModelFile.Options()
      options.format = .sog
      try ModelFile.write(splats, to: path + ending, options: options)
      #expect(try ModelFile.read(path: path).splats == archive)
      #expect(try ModelFile.read(path: "\(path)/meta.json").splats == archive)
      try FileManager.default.removeItem(atPath: "\(path)/quats.webp")
      let error = fileError { () throws(FileError) in _ = try ModelFile.read(path: path) }
      #expect(error?.path == "\(path)/quats.webp" && error?.kind == .notFound)
    }
  }

  @Test func anArchiveWithAFolderIsRead() throws {
    let bytes = try ModelFixtures.bytes(
      SyntheticScene.splats(count: 10, seed: 1, shDegree: 0), .sog)
    let inner = try files(bytes).sorted { $0.key < $1.key }.map {
      (name: "folder/\($0.key)", bytes: $0.value)
    }
    let outer = try ZipOutput.archive(inner, path: "a.sog")
    #expect(try ModelFile.read(outer, path: "a").splats == ModelFile.read(bytes, path: "b").splats)
  }

  @Test func imagesOutsideTheModelAreRefused() throws {
    for name in ["../quats.webp", "/etc/passwd", "a/../../b", ""] {
      var files = try files(
        ModelFixtures.bytes(SyntheticScene.splats(count: 10, seed: 1, shDegree: 0), .sog))
      let meta = String(decoding: files["meta.json"] ?? [], as: UTF8.self)
        .replacingOccurrences(of: "quats.webp", with: name)
      files["meta.json"] = Array(meta.utf8)
      let bytes = try ZipOutput.archive(files.map { ($0.key, $0.value) }, path: "a")
      let error = fileError { () throws(FileError) in _ = try ModelFile.read(bytes, path: "a") }
      #expect(error?.problem.contains("does not lie in the model's folder") == true)
    }
  }

  /// Version 1: ranges instead of codebooks, and the logit of the opacity among them.
  @Test func versionOneIsRead() throws {
    func image(_ pixels: [[UInt8]], width: Int) throws -> [UInt8] {
      try WebPFile.encodeLossless(
        Photo(
          width: width, height: pixels.count / width, channels: 4, bytes: pixels.flatMap(\.self)),
        path: "a")
    }
    let centroids = (0..<192).map { [UInt8($0), 0, 255, 255] }
    let meta = """
      {"means": {"shape": [2, 3], "mins": [-1, 0, 0], "maxs": [1, 2, 0], "files": ["l", "u"]},
       "scales": {"shape": [2, 3], "mins": [-4, -4, -4], "maxs": [-2, 0, -4], "files": ["s"]},
       "quats": {"shape": [2, 4], "files": ["q"]},
       "sh0": {"shape": [2, 1, 4], "mins": [-1, 0, 0, -5], "maxs": [1, 1, 2, 5], "files": ["c"]},
       "shN": {"shape": [2, 9], "mins": -0.5, "maxs": 0.5, "files": ["n", "i"]}}
      """
    let files: [(name: String, bytes: [UInt8])] = [
      ("meta.json", Array(meta.utf8)),
      ("l", try image([[255, 255, 0, 255], [0, 0, 0, 255]], width: 2)),
      ("u", try image([[255, 255, 0, 255], [0, 0, 0, 255]], width: 2)),
      ("s", try image([[255, 255, 9, 255], [0, 0, 9, 255]], width: 2)),
      ("q", try image([[255, 128, 128, 255], [0, 0, 0, 9]], width: 2)),
      ("c", try image([[255, 0, 255, 255], [0, 255, 0, 0]], width: 2)),
      ("n", try image(centroids, width: 192)),
      ("i", try image([[63, 0, 0, 255], [1, 0, 0, 255]], width: 2)),
    ]
    let model = try ModelFile.read(ZipOutput.archive(files, path: "a"), path: "a").splats
    let e = Float.exp(1)
    let (first, second) = (model[0], model[1])
    #expect(abs(first.mean.x - (e - 1)) < 1e-5 && abs(first.mean.y - (e * e - 1)) < 1e-4)
    #expect(abs(second.mean.x + (e - 1)) < 1e-5 && second.mean.y == 0)
    #expect(first.logScale == SIMD3(-2, 0, -4) && second.logScale == SIMD3(-4, -4, -4))
    #expect(first.opacityLogit == 5 && second.opacityLogit == -5)
    #expect(first.shCoefficients[0] == SIMD3(1, 0, 2))
    #expect(abs(first.rotation.w - 0.70710678) < 1e-5 && abs(first.rotation.z - 0.707) < 1e-3)
    #expect(second.rotation.w == 1)
    #expect(model.shDegree == 1)
    #expect(abs(first.shCoefficients[1].x - (189.0 / 255 - 0.5)) < 1e-6)
    #expect(second.shCoefficients[3] == SIMD3<Float>(Float(5.0 / 255 - 0.5), -0.5, 0.5))
  }

  @Test func palettesDoNotDependOnTheNumberOfThreads() throws {
    let splats = SyntheticScene.splats(count: 3000, seed: 6, shDegree: 2)
    var options = ModelFile.Options()
    options.palette = 700
    options.threads = 1
    let one = try ModelFixtures.bytes(splats, .sog, options: options)
    options.threads = 5
    #expect(try ModelFixtures.bytes(splats, .sog, options: options) == one)
    #expect(try ModelFile.read(one, path: "a").splats.count == 3000)
  }

  @Test func aPaletteStandsForClustersThatAreThere() {
    // 300 places, each with twenty vectors around it: a palette of 300 has to find them nearly all.
    var random = RandomSource(seed: 1, purpose: .testing)
    let depth = 9
    let centers = (0..<300 * depth).map { _ in random.normal() }
    var vectors: [Float] = []
    for _ in 0..<20 {
      for number in centers { vectors.append(number + random.normal() * 0.01) }
    }
    let palette = VectorPalette(
      vectors, depth: depth, limit: 300, workers: Workers(threads: 2), progress: { _ in })
    #expect(palette.count <= 300 && palette.count > 200)
    var (error, total) = (0.0, 0.0)
    for vector in 0..<palette.labels.count {
      for entry in 0..<depth {
        let value = vectors[vector * depth + entry]
        let stands = palette.entries[Int(palette.labels[vector]) * depth + entry]
        error += Double((value - stands) * (value - stands))
        total += Double(value * value)
      }
    }
    print("palette of \(palette.count) for 300 clusters: \(error / total) of the energy is lost")
    #expect(error / total < 0.1)
  }

  @Test func aCodebookHoldsFewValuesExactlyAndManyWell() {
    let few = ScalarCodebook(count: 1000) { Float($0 % 200) }
    for value in 0..<200 { #expect(few.entries[Int(few.index(of: Float(value)))] == Float(value)) }
    let same = ScalarCodebook(count: 5) { _ in 7 }
    #expect(same.entries[Int(same.index(of: 7))] == 7)
    var random = RandomSource(seed: 1, purpose: .testing)
    let values = (0..<50_000).map { _ in random.normal() }
    let book = ScalarCodebook(count: values.count) { values[$0] }
    let squares = values.map { value in
      let error = Double(value - book.entries[Int(book.index(of: value))])
      return error * error
    }
    // Panter and Dite: at best the root of 3 times pi half over 256 squared.
    let best = 3.0.squareRoot() * .pi / 2 / 65536
    let mean = squares.reduce(0, +) / Double(values.count)
    #expect(mean < 1.1 * best, "\(mean / best) times the best there is")
  }
}

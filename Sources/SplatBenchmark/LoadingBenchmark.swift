import CJPEG
import SplatCore
import SplatFiles
import SplatPlatform

/// Measures how fast models and photos load from files in the system's cache, and how fast models
/// save.
struct LoadingBenchmark {
  private static let repeats = 5
  private let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("splat-benchmark-\(UUID().uuidString)").path

  /// Calls `body` with a benchmark whose files are removed afterwards.
  static func run(_ body: (LoadingBenchmark) throws -> Void) throws {
    let benchmark = LoadingBenchmark()
    try FileOutput.makeFolder(benchmark.folder)
    defer { try? FileManager.default.removeItem(atPath: benchmark.folder) }
    try body(benchmark)
  }

  // MARK: Models

  /// Measures saving and opening a PLY file of a model.
  func rows(_ workload: Workload) throws -> [Row] {
    let times = StageTimes()
    let path = "\(folder)/model.ply"
    for _ in 0..<Self.repeats {
      try times.time("save") { try SplatPLY.write(workload.splats, to: path) }
      _ = try times.time("open") { try ModelFile.read(path: path) }
    }
    return ["open", "save"].map { stage in
      let median = times.median(stage) ?? StageTimes.Sample()
      return Row(
        name: workload.name, stage: stage, gaussians: workload.splats.count,
        medianMs: median.wall * 1e3, cpuMs: median.cpu * 1e3)
    }
  }

  // MARK: Photos

  static let photoCount = 300
  private static let size = (width: 1600, height: 1200)

  /// Measures loading a scene of many large JPEG files at half their size, and libjpeg-turbo alone
  /// on the same bytes, decoding to half the size into one buffer per thread.
  func photoRows(_ name: String, threads: Int) throws -> [Row] {
    let times = StageTimes()
    let paths = (0..<Self.photoCount).map { "\(folder)/images/\(Self.photoName($0))" }
    let files = try paths.map { try FileInput.read(path: $0) }
    for _ in 0..<Self.repeats {
      times.time("decoder alone") { Self.decode(files, threads: threads) }
      try times.time("load") {
        let scene = try Scene.open(path: folder)
        let photos = Scene.loadPhotos(
          scene.views, options: PhotoOptions(scale: .downscale(2)), threads: threads)
        for photo in photos { _ = try photo.get() }
      }
    }
    let alone = times.median("decoder alone") ?? StageTimes.Sample()
    let load = times.median("load") ?? StageTimes.Sample()
    return [("decoder alone", alone), ("load", load)].map { stage, time in
      Row(
        name: name, stage: stage, threads: threads, medianMs: time.wall * 1e3,
        cpuMs: time.cpu * 1e3,
        timesBare: time.cpu / alone.cpu)
    }
  }

  private static func photoName(_ index: Int) -> String { "photo_\(index).jpg" }

  private static func decode(_ files: [[UInt8]], threads: Int) {
    let (width, height) = (size.width / 2, size.height / 2)
    let count = width * height * 3
    let pixels = Buffer<UInt8>()
    let all = pixels.view(count: threads * count)
    Workers(threads: threads).forEach(files.count) { index, worker in
      guard let handle = unsafe tjInitDecompress() else { return }
      defer { unsafe tjDestroy(handle) }
      _ = unsafe files[index].withUnsafeBufferPointer { source in
        unsafe all.slice(worker * count..<(worker + 1) * count).withPointer { target in
          unsafe tjDecompress2(
            handle, source.baseAddress, UInt(source.count), target, Int32(width), 0, Int32(height),
            Int32(TJPF_RGB.rawValue), 0)
        }
      }
    }
  }

  /// Makes a scene of large photos tiled from those of the scene at `path`.
  func makePhotos(of path: String) throws {
    let tiles = try Scene.loadPhotos(Scene.open(path: path).views).map { try $0.get().photo }
    let (width, height) = Self.size
    var images = ""
    for index in 0..<Self.photoCount {
      let name = Self.photoName(index)
      let jpeg = try JPEGFile.encode(
        Self.mosaic(of: tiles, first: index), quality: 95, hasFullColor: false, path: name)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/images", withIntermediateDirectories: true)
      try Data(jpeg).write(to: URL(fileURLWithPath: "\(folder)/images/\(name)"))
      images += "\(index + 1) 1 0 0 0 0 0 0 1 \(name)\n\n"
    }
    let camera = "1 PINHOLE \(width) \(height) \(width) \(width) \(width / 2) \(height / 2)\n"
    try FileOutput.makeFolder("\(folder)/sparse/0")
    for (name, text) in [
      ("cameras", camera), ("images", images), ("points3D", "1 0 0 1 9 9 9 0\n"),
    ] {
      try FileOutput.write(text, to: "\(folder)/sparse/0/\(name).txt")
    }
  }

  /// A large photo of `tiles` of equal size, from the one at `first` on, arranged in a grid.
  private static func mosaic(of tiles: [Photo], first: Int) -> Photo {
    let side = (width: tiles[0].width, height: tiles[0].height)
    var bytes: [UInt8] = []
    for y in 0..<size.height {
      for x in stride(from: 0, to: size.width, by: side.width) {
        let tile = tiles[(first + x / side.width + y / side.height * 7) % tiles.count]
        let start = y % side.height * side.width * 3
        bytes += tile.bytes[start..<start + min(side.width, size.width - x) * 3]
      }
    }
    return Photo(width: size.width, height: size.height, channels: 3, bytes: bytes)
  }
}

import SplatFiles
import SplatTraining

/// A server of thumbnails: many tasks share a renderer; what nobody waits for is not drawn.
enum Thumbnails {
  static func run() async throws {
    let renderer = Renderer()
    let splats = Scene.splats
    let cameras = Scene.cameras(12, width: 96, height: 64)
    let expected = try renderer.render(splats, from: cameras).map { frame in try frame.png() }

    let pictures = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for (index, camera) in cameras.enumerated() {
        group.addTask {
          (index, try await renderer.frame(of: splats, from: camera).png(isFast: false))
        }
      }
      return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
    }
    for index in cameras.indices {
      check(pictures[index] == expected[index], "picture \(index) differs between tasks")
    }

    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await renderer.frame(of: splats, from: cameras[0])
    }
    if case .success = await task.result { fatalError("a cancelled picture was drawn") }

    // Straight into memory of the application, whose rows are longer than the picture's.
    var bitmap = [UInt8](repeating: 7, count: 400 * 64)
    var span = bitmap.mutableSpan
    renderer.render(splats, from: cameras[0], into: &span, bytesPerRow: 400)
    let rgb = renderer.render(splats, from: cameras[0]).rgb8
    let middle = 32 * 96 + 48
    check(
      Array(bitmap[32 * 400 + 48 * 4..<32 * 400 + 48 * 4 + 3])
        == Array(rgb[middle * 3..<middle * 3 + 3]),
      "the bitmap is not the picture")
    check(bitmap[96 * 4] == 7, "bytes beyond a row were changed")

    // A model as bytes in memory, and back.
    for format in [ModelFormat.ply, .spz, .sog, .glb] {
      let bytes = try ModelFile.bytes(of: splats, format: format)
      let read = try ModelFile.read(bytes, path: "memory").splats
      check(read.count == splats.count, "\(format) holds \(read.count) Gaussians")
    }
    print(
      "embedding: \(cameras.count) thumbnails by tasks, \(pictures.values.map(\.count).max() ?? 0) bytes at most"
    )
  }
}

#if os(Linux)
  import Foundation
  import SplatCore
  import SplatFiles
  import SplatTestSupport
  import Testing

  @Suite struct MemoryTests {
    private let folder = TemporaryFolder()

    /// The peak memory of `splat convert` when it has read a model and begins to write.
    private func memory(ofReading model: String) throws -> Int {
      let pipe = folder.path("out.ply")
      try #require(unsafe mkfifo(pipe, 0o600) == 0)
      defer { try? Files.remove(pipe) }
      let running = try Command.start(["convert", model, pipe])
      // It waits there until somebody reads, and again when the pipe is full.
      let reader = try #require(FileHandle(forReadingAtPath: pipe))
      let peak = try #require(running.peakMemory)
      while let data = try reader.read(upToCount: 1 << 20), !data.isEmpty {}
      running.wait().expectSuccess()
      return peak
    }

    @Test(arguments: [ModelFormat.ply, .glb])
    func aModelIsInMemoryOnceWhileItIsRead(format: ModelFormat) throws {
      func peak(_ count: Int, bad: Int = 0) throws -> Int {
        var splats = SyntheticScene.splats(count: count, seed: 3, shDegree: 3)
        for index in 0..<bad { splats.parameters[Plane.means, index * 3] = .nan }
        let path = folder.path("in\(format.ending)")
        var options = ModelFile.Options()
        options.format = format
        try ModelFile.write(splats, to: path, options: options)
        return try memory(ofReading: path)
      }
      let count = 150_000
      let model = count * Plane.count(shDegree: 3) * 4
      // Besides the model there are the stretches of the file that are being read: pages come by 2
      // MB. A model of much less would be gone through the pipe before it is looked at.
      let allowed = try peak(1000) + model + 16_000_000
      #expect(try peak(count) < allowed)
      // Leaving Gaussians out needs no second model either.
      if format == .ply { #expect(try peak(count, bad: 100) < allowed) }
    }
  }
#endif

import SplatCore
import SplatTraining
import Synchronization
import Testing

@Suite struct TrainingPhotosTests {
  /// Photos that are read when needed, and how often each was read.
  private final class Source: Sendable {
    let views = TrainingScenes.views(count: 6)
    let reads = Mutex<[Int]>([0, 0, 0, 0, 0, 0])
    struct Gone: Error {}

    func photos(cacheBytes: Int, missing: Int? = nil) -> TrainingPhotos {
      TrainingPhotos(
        cameras: views.map(\.camera), digests: views.map(\.digest), cacheBytes: cacheBytes
      ) { index in
        self.reads.withLock { $0[index] += 1 }
        if index == missing { throw Gone() }
        return self.views[index]
      }
    }
  }

  private func run(_ photos: TrainingPhotos, threads: Int, iterations: Int = 40) throws -> [UInt8] {
    var settings = TrainingSettings()
    settings.iterations = iterations
    settings.threads = threads
    let trainer = try Trainer(
      photos: photos, points: TrainingScenes.points(), settings: settings)
    trainer.run { _ in true }
    // The time spent is part of a checkpoint; the parameters after the header are not.
    return Array(trainer.checkpoint().dropFirst(56).dropLast(8))
  }

  @Test(arguments: [0, 9000, Int.max], [1, 3])
  func readingAgainGivesTheSameBits(cacheBytes: Int, threads: Int) throws {
    let source = Source()
    let held = try run(TrainingPhotos(source.views), threads: 2)
    #expect(try run(source.photos(cacheBytes: cacheBytes), threads: threads) == held)
    // With room, each of the four factors of the progressive schedule may read a photo once;
    // without room, every use reads it.
    let most = source.reads.withLock { $0.max() ?? 0 }
    #expect(cacheBytes == .max ? most <= 5 : most >= (cacheBytes == 0 ? 6 : 1))
  }

  @Test func aCheckpointFitsPhotosThatAreReadAgain() throws {
    let source = Source()
    var settings = TrainingSettings()
    settings.iterations = 20
    let points = TrainingScenes.points()
    let held = try Trainer(views: source.views, points: points, settings: settings)
    for _ in 0..<10 { held.step() }
    let read = try Trainer(
      photos: source.photos(cacheBytes: 0), points: points, settings: settings)
    try read.resume(from: held.checkpoint())
    #expect(read.iteration == 10)
    var other = source.views
    other[3].photo.bytes[5] ^= 1
    let changed = try Trainer(views: other, points: points, settings: settings)
    #expect(throws: TrainingError.self) { try changed.resume(from: held.checkpoint()) }
  }

  @Test func aPhotoThatIsGoneIsReported() throws {
    let source = Source()
    let photos = source.photos(cacheBytes: .max, missing: 4)
    _ = try run(photos, threads: 2, iterations: 12)
    #expect(photos.failure is Source.Gone)
    #expect(TrainingPhotos(source.views).failure == nil)
  }

  @Test func aCheckpointThatIsChangedAtAnyByteIsRefused() throws {
    let source = Source()
    var settings = TrainingSettings()
    settings.iterations = 5
    settings.shDegree = 0
    let trainer = try Trainer(
      views: source.views, points: TrainingScenes.points(count: 20), settings: settings)
    trainer.step()
    let good = trainer.checkpoint()
    for index in good.indices {
      var damaged = good
      damaged[index] ^= UInt8(1 << (index % 8))
      #expect(throws: TrainingError.self, "byte \(index)") { try trainer.resume(from: damaged) }
    }
    for count in stride(from: 0, to: good.count, by: 97) {
      #expect(throws: TrainingError.self) { try trainer.resume(from: Array(good.prefix(count))) }
    }
    try trainer.resume(from: good)
    #expect(trainer.checkpoint() == good)
  }
}

import SplatCore
import SplatTraining
import Testing

@Suite struct RanksTests {
  /// Settings in which every part of training acts, with Gaussians for several ranks.
  private func settings(_ strategy: DensificationStrategy, batch: Int) -> TrainingSettings {
    var settings = TrainingScenes.settings(strategy, iterations: 48)
    settings.batch = batch
    settings.maximumSplats = 4000
    settings.background = .random
    // Resolutions change within the run.
    settings.resolution.smallestSide = 8
    settings.threads = 1
    return settings
  }

  private static let views = TrainingScenes.views()
  private static let points = TrainingScenes.points(count: 2600)

  private func trainer(
    _ settings: TrainingSettings, points: PointCloud = Self.points, _ ranks: (any Ranks)? = nil
  ) throws -> Trainer {
    try Trainer(
      photos: TrainingPhotos(Self.views), points: points, settings: settings, ranks: ranks)
  }

  /// What a run leaves behind, as far as it must not depend on the number of ranks.
  private struct Outcome: Equatable, Sendable {
    var checkpoint: [UInt8]
    var losses: [Double]
    var counts: [Int]
    var splats: Splats
  }

  private func outcome(_ trainer: Trainer) -> Outcome {
    var result = Outcome(
      checkpoint: [], losses: [], counts: [], splats: Splats(count: 0, shDegree: 0))
    trainer.run { progress in
      result.losses += [progress.loss, progress.psnr]
      result.counts += [progress.splats, progress.downscale]
      return true
    }
    result.checkpoint = withoutSeconds(trainer.checkpoint())
    result.splats = trainer.wholeSplats()
    return result
  }

  /// The bytes of a checkpoint without the time, at byte 32, and the checksum, which depends on it.
  private func withoutSeconds(_ checkpoint: [UInt8]) -> [UInt8] {
    guard checkpoint.count > 48 else { return [] }
    return Array(checkpoint[..<32] + checkpoint[40..<checkpoint.count - 8])
  }

  @Test(arguments: DensificationStrategy.allCases, [1, 4])
  func anyNumberOfRanksGivesTheSameBits(_ strategy: DensificationStrategy, batch: Int) throws {
    let settings = settings(strategy, batch: batch)
    let alone = outcome(try trainer(settings))
    #expect(TrainingScenes.isFinite(alone.splats))
    #expect(Set(alone.counts).count > 3)
    for count in [1, 2, 3] {
      var settings = settings
      settings.threads = count == 2 ? 2 : 1
      let all = try ThreadRanks.run(count) { [settings] ranks in
        outcome(try trainer(settings, ranks))
      }
      #expect(all[0] == alone, "\(count) ranks")
      for other in all.dropFirst() {
        #expect(other.losses == alone.losses && other.counts == alone.counts)
        #expect(other.checkpoint.isEmpty && other.splats.count == 0)
      }
    }
  }

  @Test(arguments: [AppearanceKind.exposure, .grid])
  func whatPhotosLearnOfTheirOwnIsTheSame(_ appearance: AppearanceKind) throws {
    var settings = settings(.split, batch: 4)
    settings.appearance.kind = appearance
    (settings.appearance.gridWidth, settings.appearance.gridHeight) = (3, 2)
    settings.poses.kind = .refine
    settings.robust.isOn = true
    settings.robust.start = 0.2
    settings.depth.usesPoints = true
    let alone = outcome(try trainer(settings))
    let all = try ThreadRanks.run(3) { [settings] ranks in
      outcome(try trainer(settings, ranks))
    }
    #expect(all[0] == alone)
  }

  @Test func theSameGaussiansAreSelected() throws {
    var settings = settings(.split, batch: 4)
    settings.maximumSplats = nil
    let points = TrainingScenes.points(count: 26_000)
    let kept = settings.keptSplats(ofAtMost: settings.maximumSplats(for: Self.views.map(\.camera)))
    let alone = outcome(try trainer(settings, points: points))
    #expect(alone.counts.max()! > kept && alone.splats.count <= kept)
    for count in [2, 3] {
      let all = try ThreadRanks.run(count) { [settings] ranks in
        outcome(try trainer(settings, points: points, ranks))
      }
      #expect(all[0] == alone, "\(count) ranks")
    }
  }

  /// Checkpoints of any number of ranks are continued by any other.
  @Test(arguments: DensificationStrategy.allCases)
  func aResumedRunEndsInTheSameBits(_ strategy: DensificationStrategy) throws {
    let settings = settings(strategy, batch: 4)
    let alone = outcome(try trainer(settings))
    for (steps, first, second) in [(5, 1, 3), (7, 3, 2), (9, 2, 1)] {
      let checkpoints = try ThreadRanks.run(first) { ranks in
        let trainer = try trainer(settings, ranks)
        for _ in 0..<steps { trainer.step() }
        return trainer.checkpoint()
      }
      let resumed = try ThreadRanks.run(second) { ranks in
        let trainer = try trainer(settings, ranks)
        try trainer.resume(from: checkpoints[0])
        return outcome(trainer)
      }
      #expect(resumed[0].checkpoint == alone.checkpoint)
      #expect(resumed[0].splats == alone.splats)
    }
  }

  @Test func theQualityIsThatOfOneProcess() throws {
    let settings = settings(.split, batch: 4)
    let photos = TrainingPhotos(TrainingScenes.views(count: 5))
    @Sendable func quality(_ trainer: Trainer) -> [ViewQuality] {
      for _ in 0..<6 { trainer.step() }
      return trainer.quality(of: photos)
    }
    let alone = quality(try trainer(settings))
    let all = try ThreadRanks.run(3) { ranks in quality(try trainer(settings, ranks)) }
    for other in all {
      #expect(other.map(\.name) == alone.map(\.name))
      #expect(other.map(\.psnr) == alone.map(\.psnr))
      #expect(other.map(\.correctedPSNR) == alone.map(\.correctedPSNR))
      #expect(other.map(\.ssim) == alone.map(\.ssim))
    }
  }

  // MARK: Parts

  @Test func everyGaussianHasOneOwner() {
    for total in [0, 1, 511, 512, 513, 1024, 5000, 100_000] {
      for ranks in [1, 2, 3, 4, 7, 16] {
        let shards = (0..<ranks).map { Shard(rank: $0, of: ranks, total: total) }
        #expect(shards[0].range.lowerBound == 0 && shards[ranks - 1].range.upperBound == total)
        for (shard, next) in zip(shards, shards.dropFirst()) {
          #expect(shard.range.upperBound == next.range.lowerBound)
          #expect(next.range.lowerBound % 512 == 0 || next.range.lowerBound == total)
        }
        for index in stride(from: 0, to: total, by: 101) {
          #expect(shards[shards[0].owner(of: index)].range.contains(index))
        }
        #expect(shards[0].counts.reduce(0, +) == total)
      }
    }
  }

  @Test func picturesAreDrawnWhereTheirGaussiansAre() {
    #expect(
      PictureAssignment.drawers(visible: [[9, 1, 0], [2, 8, 7], [8, 3, 5]]) == [0, 1, 2])
    #expect(
      PictureAssignment.drawers(visible: [[5, 6], [5, 9], [1, 0], [0, 0]]) == [1, 1, 0, 0])
    #expect(PictureAssignment.drawers(visible: [[0, 0, 0]]) == [0])
    #expect(PictureAssignment.drawers(visible: []) == [])
  }

  /// What a step sends: 72 bytes for each projected Gaussian that another rank draws and 48 back.
  @Test func noMoreThanTheProjectedGaussiansIsExchanged() throws {
    var settings = settings(.split, batch: 4)
    settings.split.start = 1000
    let sent = try ThreadRanks.run(2) { [settings] ranks in
      let trainer = try trainer(settings, ranks)
      let before = ranks.sentBytes
      trainer.step()
      _ = ranks.agreeOnAny(false)
      return (bytes: ranks.sentBytes - before, count: trainer.splatCount)
    }
    #expect(sent[0].bytes > 0 && sent[0].bytes % 120 == 0)
    #expect(sent[0].bytes <= 4 * 120 * sent[0].count)
  }
}

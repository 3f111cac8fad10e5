import SplatCore

extension Trainer {
  /// The run as bytes, for ``resume(from:)``.
  public func checkpoint() -> [UInt8] {
    var bytes: [UInt8] = []
    writeCheckpoint { bytes += $0 }
    return bytes
  }

  /// Passes the bytes of ``checkpoint()`` to `body` in pieces, so that they need not all be in
  /// memory at once.
  ///
  /// Of several processes that train a model together, all must call this, and the first gets the
  /// bytes. A checkpoint does not depend on their number.
  public func writeCheckpoint<Failure: Error>(
    _ body: (_ bytes: [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let header = Checkpoint.Header(
      fingerprint: fingerprint, iteration: iteration, seconds: seconds, count: state.shard.total)
    try Checkpoint.write(header, state, among: ranks, to: body)
  }

  /// Continues a run of the same views and settings where the checkpoint was taken.
  ///
  /// The run then ends in the same bits as one that was never interrupted. The number of threads
  /// and the length of the run, ``TrainingSettings/iterations`` and ``TrainingSettings/timeLimit``,
  /// may differ: a run can be made longer, but see ``hasSchedule(ofIterations:timeLimit:)``.
  ///
  /// - Throws: ``TrainingError`` if the checkpoint is damaged, of another version, or of a run with
  ///   other views or settings; nothing is changed then.
  public func resume(from bytes: [UInt8]) throws(TrainingError) {
    try resume(byteCount: bytes.count) { Array(bytes[$0]) }
  }

  /// Like ``resume(from:)``, for a checkpoint that need not all be in memory at once.
  ///
  /// - Parameters:
  ///   - byteCount: the number of its bytes.
  ///   - read: returns the bytes of a range, always the same ones; ranges are read more than once.
  public func resume(byteCount: Int, read: (Range<Int>) -> [UInt8]) throws(TrainingError) {
    let header = try Checkpoint.header(size: byteCount, read: read)
    guard header.fingerprint == fingerprint else {
      throw TrainingError(
        description: """
          the checkpoint cannot be used: it is of a run with other photos, points or settings
          """)
    }
    guard header.count <= maximumSplats else {
      throw TrainingError(
        description: """
          the checkpoint cannot be used: its model has \(header.count) Gaussians; \(maximumSplats) \
          are allowed
          """)
    }
    try Checkpoint.checkTables(header, of: state, size: byteCount, read: read)
    // There may not be memory for two models.
    let (planes, photos, shDegree) = (state.statistics.planes, state.photos, settings.shDegree)
    restore(
      iteration: iteration, seconds: seconds,
      state: ModelState(Splats(count: 0, shDegree: shDegree)))
    let shard = Shard(ranks, total: header.count)
    var state = ModelState(
      Splats(count: shard.range.count, shDegree: shDegree), shard: shard,
      statisticPlanes: planes, photos: photos)
    Checkpoint.readTables(into: &state, read: read)
    state.splats.isAntialiased = settings.isAntialiased
    restore(iteration: header.iteration, seconds: header.seconds, state: state)
  }

  /// Whether the iterations so far would have been the same in a run of another length: the
  /// schedules follow the share of the run that is done.
  ///
  /// - Parameters:
  ///   - iterations: the number of iterations of the other run.
  ///   - timeLimit: its time limit in seconds, if it has one.
  public func hasSchedule(ofIterations iterations: Int, timeLimit: Double?) -> Bool {
    guard timeLimit == nil, settings.timeLimit == nil else { return false }
    // The last step of a run may have learnt from fewer photos.
    guard iteration % settings.batch == 0 else { return false }
    return (0..<iteration).allSatisfy { past in
      part(of: iterations, at: past) == part(of: settings.iterations, at: past)
    }
  }

  /// The values of the schedules for an iteration.
  private struct SchedulePart: Equatable {
    var rates: LearningRates
    var shDegree: Int
    var factor: Int
    var wantsAbsoluteGradients: [Bool]
    var maximumSplats: Int?
    var density: [Float]
  }

  private func part(of iterations: Int, at past: Int) -> SchedulePart {
    func fraction(_ iteration: Int) -> Double {
      min(1, Double(iteration) / Double(max(1, iterations)))
    }
    let (before, after) = (fraction(past), fraction(past + 1))
    let mayChange = settings.frozen.allowsDensification
    let hasRound =
      mayChange
      && control.hasRound(
        at: RunPosition(
          iteration: past + 1, progress: after, length: iterations, rooms: rooms))
    return SchedulePart(
      rates: settings.rates.settled(at: before).freezing(settings.frozen),
      shDegree: shDegree(at: past, progress: before), factor: resolution.factor(at: before),
      wantsAbsoluteGradients: [before, after].map {
        mayChange && control.wantsAbsoluteGradients(at: $0)
      },
      maximumSplats: hasRound
        ? resolution.splatLimit(at: after, first: firstSplats, last: maximumSplats) : nil,
      density: hasRound ? control.schedule(at: after) : [])
  }
}

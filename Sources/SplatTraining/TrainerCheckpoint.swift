import SplatCore

extension Trainer {
  /// The run as bytes, to be taken up again by ``resume(from:)``.
  public func checkpoint() -> [UInt8] {
    var bytes: [UInt8] = []
    writeCheckpoint { bytes += $0 }
    return bytes
  }

  /// Hands the bytes of ``checkpoint()`` to `body`, some at a time, so that they need not be in memory
  /// all at once.
  public func writeCheckpoint<Failure: Error>(
    _ body: (_ bytes: [UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    let header = Checkpoint.Header(
      fingerprint: fingerprint, iteration: iteration, seconds: seconds, count: state.count)
    try Checkpoint.write(header, state, to: body)
  }

  /// Continues a run of the same views and settings where the checkpoint was taken.
  ///
  /// The run then ends in the same bits as one that was never interrupted.
  ///
  /// - Throws: ``TrainingError`` if the checkpoint is damaged, of another version, or of a run with other
  ///   views or settings; nothing has changed then.
  public func resume(from bytes: [UInt8]) throws(TrainingError) {
    try resume(byteCount: bytes.count) { Array(bytes[$0]) }
  }

  /// As ``resume(from:)``, for a checkpoint that need not be in memory all at once.
  ///
  /// - Parameters:
  ///   - byteCount: the number of its bytes.
  ///   - read: gives the bytes of a range, always the same; each is asked for more than once.
  public func resume(byteCount: Int, read: (Range<Int>) -> [UInt8]) throws(TrainingError) {
    let header = try Checkpoint.header(size: byteCount, read: read)
    guard header.fingerprint == fingerprint else {
      throw TrainingError(
        description: "the checkpoint cannot be used: it is of a run with other photos or settings")
    }
    guard header.count <= maximumSplats else {
      throw TrainingError(
        description: """
          the checkpoint cannot be used: its model has \(header.count) Gaussians; \(maximumSplats) \
          are allowed
          """)
    }
    try Checkpoint.checkTables(header, of: state, size: byteCount, read: read)
    // There is not always room for two models.
    let (planes, photos, shDegree) = (state.statistics.planes, state.photos, settings.shDegree)
    restore(
      iteration: iteration, seconds: seconds,
      state: ModelState(Splats(count: 0, shDegree: shDegree)))
    var state = ModelState(
      Splats(count: header.count, shDegree: shDegree), statisticPlanes: planes, photos: photos)
    Checkpoint.readTables(into: &state, read: read)
    state.splats.isAntialiased = settings.isAntialiased
    restore(iteration: header.iteration, seconds: header.seconds, state: state)
  }
}

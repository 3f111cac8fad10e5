public import SplatCore

extension Trainer {
  /// The largest number of Gaussians in a piece of the model.
  private static let pieceSize = 4096

  /// Passes the Gaussians of the model to `body` piece by piece, in the order of the scene; of
  /// several processes that train a model together, all must call this, and the first gets them.
  ///
  /// - Throws: What `body` throws, once all have given their Gaussians.
  public func forEachPiece<Failure: Error>(
    _ body: (_ piece: Splats) throws(Failure) -> Void
  ) throws(Failure) {
    let splats = splats
    guard let ranks else { return try body(splats) }
    let planes = splats.parameters.planes
    let counts = state.shard.counts.map { ParameterBlocks.blocks(for: $0) }
    let blockSize = planes * ParameterBlocks.blockWidth
    var left = splatCount
    var failure: Failure?
    splats.parameters.storage.withReadOnlyView { values in
      ranks.collect(
        values, counts: counts.map { $0 * blockSize },
        size: Self.pieceSize / ParameterBlocks.blockWidth * blockSize
      ) { values in
        let count = min(left, values.count / planes)
        var piece = Splats(count: count, shDegree: splats.shDegree)
        piece.isAntialiased = splats.isAntialiased
        piece.parameters.storage.withView { $0.copy(values) }
        left -= count
        guard failure == nil else { return }
        do throws(Failure) { try body(piece) } catch { failure = error }
      }
    }
    if let failure { throw failure }
  }

  /// All Gaussians of the model, on the first of the processes that train it together, and none
  /// on the others; all must call this.
  public func wholeSplats() -> Splats {
    guard ranks != nil else { return splats }
    var whole = Splats(count: 0, shDegree: settings.shDegree)
    whole.isAntialiased = settings.isAntialiased
    var storage: [Float] = []
    forEachPiece { storage += $0.parameters.storage }
    guard !storage.isEmpty else { return whole }
    whole.parameters = ParameterBlocks(count: splatCount, planes: whole.parameters.planes)
    whole.parameters.storage = storage
    return whole
  }
}

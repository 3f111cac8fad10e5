import SplatCore

/// Walks through a tile: batches of Gaussians front to back and, for each subtile, those Gaussians
/// of the batch whose ellipses reach it.
///
/// Subtile by subtile, the values of the pixels stay in registers, and the loop over Gaussians is
/// long enough for branch prediction; Gaussian by Gaussian, loops would cover only two or three
/// subtiles.
struct TileWalk {
  let subtiles: Subtiles
  private let range: Range<Int>
  private let entries: BufferView<UInt32>
  private let records: BufferView<ProjectedSplat>
  private let kept: BufferView<UInt64>?
  private let memory: TileMemory.Part

  /// - Parameters:
  ///   - range: The tile's part of `entries`.
  ///   - kept: Room for ``hitCount(of:)`` words, in which ``forward(_:)`` leaves the Gaussians of
  ///     each subtile to ``backward(_:)``; nil if they are not needed later.
  init(
    subtiles: Subtiles, range: Range<Int>, entries: BufferView<UInt32>,
    records: BufferView<ProjectedSplat>, kept: BufferView<UInt64>?, memory: TileMemory.Part
  ) {
    self.subtiles = subtiles
    self.range = range
    self.entries = entries
    self.records = records
    self.kept = kept
    self.memory = memory
  }

  /// The number of words for the hits of so many entries: ``HitMasks/count`` for each batch.
  static func hitCount(of entries: Int) -> Int {
    (entries + HitMasks.count - 1) / HitMasks.count * HitMasks.count
  }

  /// Finds the subtiles that the Gaussians reach, and applies `kernel` to them.
  @inline(__always)
  func forward<Kernel: TileKernel>(_ kernel: inout Kernel) {
    var alive = findAlive(among: ~0)
    var start = 0
    while start < range.count, alive != 0 {
      // Find the subtiles that each Gaussian of the batch reaches.
      let batch = load(start)
      let hits =
        kept.map { HitMasks(words: $0.slice(start..<start + HitMasks.count)) }
        ?? memory.hits
      let reached = find(hits, of: batch.count, among: alive)

      // Transpose from subtiles per Gaussian to Gaussians per subtile, and blend.
      hits.transpose()
      for (_, subtile) in SetBits(reached) {
        hits[subtile] = kernel.blend(subtile: subtile, hits: hits[subtile])
      }
      alive = findAlive(among: alive)
      start += HitMasks.count
    }

    // The remaining Gaussians lie behind pixels that have all stopped.
    if let kept, start < kept.count { kept.slice(start..<kept.count).fill(0) }
  }

  /// Applies `kernel` to the Gaussians and subtiles that ``forward(_:)`` has found.
  @inline(__always)
  func backward<Depth: DepthUse>(_ kernel: TileBackward<Depth>) {
    guard let kept else { return }
    var begun: Subtiles.Mask = 0
    for start in stride(from: 0, to: range.count, by: HitMasks.count) {
      // Find the Gaussians that reach anything, and the subtiles that anything reaches.
      let hits = HitMasks(words: kept.slice(start..<start + HitMasks.count))
      var (reached, wanted): (Subtiles.Mask, UInt64) = (0, 0)
      for subtile in 0..<Subtiles.count {
        let word = hits[subtile]
        wanted |= word
        reached |= word == 0 ? 0 : 1 &<< Subtiles.Mask(subtile)
      }

      // Prepare them, and blend.
      if reached != 0 {
        load(start)
        for (_, index) in SetBits(wanted) { kernel.prepare(index: index) }
        for (_, subtile) in SetBits(reached & ~begun) { kernel.begin(subtile: subtile) }
        begun |= reached
        for (_, subtile) in SetBits(reached) {
          kernel.blend(subtile: subtile, hits: hits[subtile])
        }
      }

      // Complete all Gaussians.
      for (_, index) in SetBits(wanted) { kernel.sum(index: index) }
      for entry in batch(start) {
        let index = entry - range.lowerBound - start
        if wanted & (1 &<< UInt64(index)) != 0 {
          kernel.finish(index: index, entry: entry)
        } else {
          kernel.skip(entry: entry)
        }
      }
    }
  }

  /// The entries of the batch that begins `start` after the first.
  @inline(__always)
  private func batch(_ start: Int) -> Range<Int> {
    let first = range.lowerBound + start
    return first..<min(first + HitMasks.count, range.upperBound)
  }

  /// Loads a batch in a loop that does little else, so that cache misses overlap.
  @inline(__always) @discardableResult
  private func load(_ start: Int) -> Range<Int> {
    let batch = batch(start)
    for entry in batch {
      memory.batch[entry - batch.lowerBound] = TileGaussian(
        records[Int(entries[entry])], in: subtiles)
    }
    return batch
  }

  /// The subtiles among `candidates` that have not stopped.
  @inline(__always)
  private func findAlive(among candidates: Subtiles.Mask) -> Subtiles.Mask {
    Subtiles.alive(memory.planes, transmittance: TileForward.transmittance, among: candidates)
  }

  /// Finds the subtiles among `alive` that each of the first `count` Gaussians of a batch reaches.
  /// Returns all of them.
  @inline(__always)
  private func find(_ hits: HitMasks, of count: Int, among alive: Subtiles.Mask) -> Subtiles.Mask {
    for index in 0..<count {
      memory.reaches[index] = Subtiles.reach(of: memory.batch[index])
    }
    var reached: Subtiles.Mask = 0
    for index in 0..<count {
      let mask = Subtiles.mask(memory.reaches[index]) & alive
      hits[index] = mask
      reached |= mask
    }
    for index in count..<HitMasks.count { hits[index] = 0 }
    return reached
  }
}

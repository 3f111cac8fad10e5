import SplatCore

/// Walks through a tile: batches of Gaussians front to back and, for each subtile, those Gaussians
/// of the batch whose ellipses reach it.
///
/// Subtile by subtile, the values of the pixels stay in registers, and the loop over Gaussians is
/// long enough for branch prediction; Gaussian by Gaussian, loops would cover only two or three
/// subtiles.
struct TileWalk {
  let subtiles: Subtiles
  private let masks: BufferView<Subtiles.Mask>?
  private let memory: TileMemory.Part

  /// - Parameter masks: room for the subtiles of each entry of the lists; nil if they are not
  ///   needed later.
  init(subtiles: Subtiles, masks: BufferView<Subtiles.Mask>?, memory: TileMemory.Part) {
    self.subtiles = subtiles
    self.masks = masks
    self.memory = memory
  }

  /// Applies `kernel` to the Gaussians of a `range` of `entries`, in order.
  ///
  /// - Parameter transmittance: the plane that holds the transmittance of the tile's pixels. With
  ///   it, the subtiles that a Gaussian reaches are found and stored; without it, those of an
  ///   earlier walk are used.
  @inline(__always)
  func run<Kernel: TileKernel>(
    _ kernel: inout Kernel, range: Range<Int>, entries: BufferView<UInt32>,
    records: BufferView<ProjectedSplat>, transmittance: Int?
  ) {
    var alive = findAlive(transmittance, among: ~0)
    var start = range.lowerBound
    while start < range.upperBound, alive != 0 {
      // Load the Gaussians in a loop that does little else, so that cache misses overlap.
      let batch = start..<min(start + HitMasks.count, range.upperBound)
      for entry in batch {
        memory.batch[entry - start] = TileGaussian(
          records[Int(entries[entry])], in: subtiles)
      }

      // Find the subtiles that they reach.
      if transmittance != nil {
        findHits(batch, among: alive)
      } else if let masks {
        for entry in batch { memory.hits[entry - start] = masks[entry] }
      }

      blend(&kernel, batch)
      alive = findAlive(transmittance, among: alive)
      start = batch.upperBound
    }

    // The remaining Gaussians lie behind pixels that have all stopped.
    for entry in start..<max(start, range.upperBound) {
      masks?[entry] = 0
      kernel.skip(entry: entry)
    }
  }

  /// The subtiles among `candidates` that have not stopped; all of them if there is no
  /// transmittance.
  @inline(__always)
  private func findAlive(_ transmittance: Int?, among candidates: Subtiles.Mask) -> Subtiles.Mask {
    guard let transmittance else { return candidates }
    return Subtiles.alive(memory.planes, transmittance: transmittance, among: candidates)
  }

  /// Finds the subtiles among `alive` that each Gaussian of a batch reaches.
  @inline(__always)
  private func findHits(_ batch: Range<Int>, among alive: Subtiles.Mask) {
    for index in 0..<batch.count {
      memory.reaches[index] = Subtiles.reach(of: memory.batch[index])
    }
    for index in 0..<batch.count {
      memory.hits[index] = Subtiles.mask(memory.reaches[index]) & alive
    }
    guard let masks else { return }
    for entry in batch { masks[entry] = memory.hits[entry - batch.lowerBound] }
  }

  /// Applies `kernel` to a batch whose subtiles are known.
  @inline(__always)
  private func blend<Kernel: TileKernel>(_ kernel: inout Kernel, _ batch: Range<Int>) {
    // Prepare for the Gaussians that reach anything.
    var (reached, wanted): (Subtiles.Mask, UInt64) = (0, 0)
    for index in 0..<batch.count {
      let mask = memory.hits[index]
      reached |= mask
      if mask != 0 {
        wanted |= 1 &<< UInt64(index)
        kernel.prepare(index: index)
      }
    }

    // Transpose from subtiles per Gaussian to Gaussians per subtile, and blend.
    for index in batch.count..<HitMasks.count { memory.hits[index] = 0 }
    memory.hits.transpose()
    for (_, subtile) in SetBits(reached) {
      kernel.blend(subtile: subtile, hits: memory.hits[subtile])
    }

    // Complete the Gaussians.
    for index in 0..<batch.count {
      if wanted & (1 &<< UInt64(index)) != 0 {
        kernel.finish(index: index, entry: batch.lowerBound + index)
      } else {
        kernel.skip(entry: batch.lowerBound + index)
      }
    }
  }
}

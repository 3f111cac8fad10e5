package import SplatCore

/// A projected Gaussian on its way to the process that draws it: 72 bytes.
package struct SentSplat: BitwiseCopyable, Sendable {
  fileprivate var splat: ProjectedSplat
  fileprivate var box: TileBox
}

/// The lists of a pass that is not drawn here.
private let noEntries = Buffer<UInt32>()

extension ProjectedSplats {
  /// The number of visible Gaussians.
  package var visibleCount: Int { recordCounts.reduce(0, +) }

  /// Writes the visible Gaussians to `sent`, one after another, in the order of the scene.
  package func write(to sent: BufferView<SentSplat>, workers: Workers) {
    let starts = starts
    workers.forEach(recordCounts.count) { chunk, _ in
      let first = chunk * Projection.chunkSize
      for index in 0..<recordCounts[chunk] {
        sent[starts[chunk] + index] = SentSplat(
          splat: records[first + index], box: boxes[first + index])
      }
    }
  }

  /// The number of visible Gaussians before each chunk.
  private var starts: [Int] {
    var next = 0
    return recordCounts.map { count in
      defer { next += count }
      return next
    }
  }

  /// What the way back to the parameters starts from if another process draws the Gaussians.
  ///
  /// - Parameter slots: memory that must stay as long as what is returned is used.
  /// - Returns: A pass whose slots are the visible Gaussians, one after another, in the order of
  ///   the scene.
  package func passOfOwner(slots: Buffer<SlotRange>, workers: Workers) -> RenderPass {
    let starts = starts
    let slots = slots.view(count: records.count)
    workers.forEach(recordCounts.count) { chunk, _ in
      let first = chunk * Projection.chunkSize
      for index in 0..<recordCounts[chunk] {
        slots[first + index] = SlotRange(first: UInt32(starts[chunk] + index), count: 1)
      }
    }
    let none = noEntries.view(count: 0)
    return RenderPass(
      projection: projection, records: records, recordCounts: recordCounts,
      lists: TileLists(
        entries: none, starts: none, slots: slots, entrySlots: none, slotCount: visibleCount))
  }
}

extension Rasterizer {
  /// Takes the visible Gaussians of a picture, which other processes have projected.
  ///
  /// - Parameters:
  ///   - parts: the Gaussians, in the order of the scene.
  ///   - projection: the camera and the settings that they were projected with; its model does not
  ///     matter.
  package func receive(
    _ parts: [BufferView<SentSplat>], projection: Projection, workers: Workers
  ) -> ProjectedSplats {
    // Chunks are full, since there are no places for Gaussians that are not visible.
    let (count, size) = (parts.reduce(0) { $0 + $1.count }, Projection.chunkSize)
    let chunks = max(1, (count + size - 1) / size)
    let (records, boxes) = memory(count: chunks * size)
    var start = 0
    for part in parts {
      let first = start
      workers.forEachRange(part.count, size: size) { range, _ in
        for index in range {
          records[first + index] = part[index].splat
          boxes[first + index] = part[index].box
        }
      }
      start += part.count
    }
    let counts = (0..<chunks).map { min(size, count - $0 * size) }
    let bounds = workers.gathering(chunks) { chunk in
      (0..<counts[chunk]).reduce(0) { $0 + boxes[chunk * size + $1].count }
    }
    return ProjectedSplats(
      projection: projection, records: records, recordCounts: counts, boxes: boxes,
      tileBounds: bounds)
  }
}

extension RenderPass {
  /// Writes the gradient of each visible Gaussian, the sum over its slots, to `sums`, in the order
  /// of the scene.
  package func write(
    sumsOf gradients: BufferView<ProjectedGradient>, to sums: BufferView<ProjectedGradient>,
    workers: Workers
  ) {
    var starts = [0]
    for count in recordCounts { starts.append((starts.last ?? 0) + count) }
    let begins = starts
    workers.forEach(recordCounts.count) { chunk, _ in
      let first = chunk * Projection.chunkSize
      for index in 0..<recordCounts[chunk] {
        sums[begins[chunk] + index] = lists.sum(gradients, of: first + index)
      }
    }
  }
}

package import SplatCore

/// Memory for projected Gaussians on their way to the processes that draw them, 72 bytes for each,
/// and then for the gradients that come back, 48 bytes.
package final class SentSplats: Sendable {
  private let records = Buffer<ProjectedSplat>()
  private let boxes = Buffer<TileBox>()

  package init() {}

  /// The Gaussians of some pictures, one picture after another, each in the order of the scene.
  package struct View: Sendable {
    package let records: BufferView<ProjectedSplat>
    package let boxes: BufferView<TileBox>
  }

  /// Room for `count` Gaussians.
  package func view(count: Int) -> View {
    View(records: records.view(count: count), boxes: boxes.view(count: count))
  }
}

/// The lists of a pass that is not drawn here.
private let noEntries = Buffer<UInt32>()

extension ProjectedSplats {
  /// The number of visible Gaussians.
  package var visibleCount: Int { recordCounts.reduce(0, +) }

  /// Writes the visible Gaussians to `sent`, from `start` on, in the order of the scene.
  package func write(to sent: SentSplats.View, from start: Int, workers: Workers) {
    let starts = starts
    workers.forEach(recordCounts.count) { chunk, _ in
      let (from, to) = (chunk * Projection.chunkSize, start + starts[chunk])
      let count = recordCounts[chunk]
      sent.records.copy(records.slice(from..<from + count), to: to)
      sent.boxes.copy(boxes.slice(from..<from + count), to: to)
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
  /// - Parameter slots: memory for it, which must stay until then.
  /// - Returns: A pass whose slots are the visible Gaussians, one after another, in the order of
  ///   the scene. It cannot be drawn.
  package func passOfOwner(slots: Buffer<SlotRange>, workers: Workers) -> RenderPass {
    let starts = starts
    let slots = slots.view(count: records.count)
    workers.forEach(recordCounts.count) { chunk, _ in
      let first = chunk * Projection.chunkSize
      for index in 0..<recordCounts[chunk] {
        slots[first + index] = SlotRange(
          index: records[first + index].index, first: UInt32(starts[chunk] + index), count: 1)
      }
    }
    let none = noEntries.view(count: 0)
    return RenderPass(
      projection: projection, records: records.slice(0..<0), recordCounts: recordCounts,
      lists: TileLists(
        entries: none, starts: none, slots: slots, entrySlots: none, slotCount: visibleCount))
  }
}

extension Rasterizer {
  /// The chunks that `count` visible Gaussians fill, where there are no places for others.
  private static func chunks(_ count: Int) -> Int {
    max(1, (count + Projection.chunkSize - 1) / Projection.chunkSize)
  }

  /// Room for `count` visible Gaussians of a picture that other processes have projected, in the
  /// order of the scene.
  package func room(for count: Int) -> SentSplats.View {
    let (records, boxes) = memory(count: Self.chunks(count) * Projection.chunkSize)
    return SentSplats.View(records: records.slice(0..<count), boxes: boxes.slice(0..<count))
  }

  /// The visible Gaussians of a picture that have been written to ``room(for:)``.
  ///
  /// - Parameter projection: the camera and the settings that they were projected with; its model
  ///   does not matter.
  package func received(count: Int, projection: Projection, workers: Workers) -> ProjectedSplats {
    let (chunks, size) = (Self.chunks(count), Projection.chunkSize)
    let (records, boxes) = memory(count: chunks * size)
    let counts = (0..<chunks).map { min(size, count - $0 * size) }
    let bounds = workers.gathering(chunks) { chunk in
      (0..<counts[chunk]).reduce(0) { $0 + boxes[chunk * size + $1].count }
    }
    return ProjectedSplats(
      projection: projection, records: records, recordCounts: counts, boxes: boxes,
      tileBounds: bounds)
  }

  /// The gradient of each visible Gaussian of a picture that was received: the sum over its slots,
  /// in the order of the scene. It takes the place of the Gaussians, which are not needed any more.
  package func sums(
    of gradients: BufferView<ProjectedGradient>, in pass: RenderPass, workers: Workers
  ) -> BufferView<ProjectedGradient> {
    let count = pass.visibleCount
    let sums = pass.records.reused(for: ProjectedGradient.self, count: count)
    workers.forEachRange(count, size: Projection.chunkSize) { range, _ in
      for record in range { sums[record] = pass.lists.sum(gradients, of: record) }
    }
    return sums
  }
}

package import SplatCore

/// Renders a model's parameters to planes and takes gradients of the planes back to the parameters.
///
/// It owns all scratch memory and keeps what forward has found for the backward pass that follows.
/// Nothing that it writes depends on the number of threads: each piece of work has a place of its own
/// for its results, and sums run in the order of the pieces.
package final class Rasterizer {
  private let records = Buffer<ProjectedSplat>()
  private let boxes = Buffer<TileBox>()
  private let binning = TileBinning()
  private let tileMemory = TileMemory()
  private let masks = Buffer<TileBlocks.Mask>()
  private let slotGradients = Buffer<Float>()
  private let blockScratch = Buffer<Float>()

  package init() {}

  /// What forward leaves for backward.
  package struct Pass: Sendable {
    package let projection: Projection
    /// The visible Gaussians: each chunk's from the chunk's first place on.
    package let records: BufferView<ProjectedSplat>
    /// The number of visible Gaussians of each chunk.
    package let recordCounts: [Int]
    package let lists: TileBinning.Lists

    /// The number of visible Gaussians.
    package var visibleCount: Int { recordCounts.reduce(0, +) }
  }

  /// Projects the Gaussians and hands them to the tiles.
  ///
  /// - Parameters:
  ///   - clusters: the boxes of the model's clusters, if they are known.
  ///   - isForBackward: whether ``backwardProjection(_:parameters:gradients:workers:includesCamera:_:)``
  ///     may follow.
  package func prepare(
    parameters: BufferView<Float>, count: Int, shDegree: Int, clusters: ClusterBoxes? = nil,
    camera: Camera, settings: RenderSettings, isForBackward: Bool = true, workers: Workers
  ) -> Pass {
    let projected = project(
      parameters: parameters, count: count, shDegree: shDegree, clusters: clusters,
      camera: camera, settings: settings, workers: workers)
    let lists = bin(projected, isForBackward: isForBackward, workers: workers)
    return sort(projected, lists, workers: workers)
  }

  /// What projection leaves for the later steps.
  package struct Projected: Sendable {
    package let projection: Projection
    /// As in ``Pass``.
    package let records: BufferView<ProjectedSplat>
    package let recordCounts: [Int]
    /// The tiles under the boxes of the visible Gaussians, as ``records`` are.
    package let boxes: BufferView<TileBox>
    /// The number of tiles under the boxes of each chunk's Gaussians.
    package let tileBounds: [Int]
  }

  /// The first step of preparing: projects the Gaussians.
  package func project(
    parameters: BufferView<Float>, count: Int, shDegree: Int, clusters: ClusterBoxes? = nil,
    camera: Camera, settings: RenderSettings, workers: Workers
  ) -> Projected {
    let projection = Projection(
      camera: camera, settings: settings, planes: Plane.count(shDegree: shDegree), count: count,
      shDegree: shDegree)
    let records = records.view(count: projection.chunkCount * Projection.chunkSize)
    let boxes = boxes.view(count: records.count)
    let culling = clusters.map { ClusterCulling($0, camera: camera, settings: settings) }
    let counts = workers.gathering(projection.chunkCount) { chunk in
      projection.forward(
        chunk: chunk, hidden: culling?.hidden(chunk: chunk) ?? 0, parameters: parameters,
        records: records, boxes: boxes)
    }
    return Projected(
      projection: projection, records: records, recordCounts: counts.map(\.records), boxes: boxes,
      tileBounds: counts.map(\.tileBound))
  }

  /// The second step of preparing: finds the tiles that the Gaussians reach.
  package func bin(_ projected: Projected, isForBackward: Bool = true, workers: Workers)
    -> TileBinning.Lists
  {
    binning.fill(projected, keepsSlots: isForBackward, workers: workers)
  }

  /// The third step of preparing: sorts each tile's Gaussians by depth.
  package func sort(_ projected: Projected, _ lists: TileBinning.Lists, workers: Workers) -> Pass {
    binning.sort(lists, workers: workers)
    return Pass(
      projection: projected.projection, records: projected.records,
      recordCounts: projected.recordCounts, lists: lists)
  }

  /// Blends the prepared Gaussians into `image`.
  package func blend(_ pass: Pass, into image: ImagePlanes, workers: Workers) {
    let settings = pass.projection.settings
    let lists = pass.lists
    forEachTile(pass, workers: workers) { tile, walk, memory in
      var kernel = TileForward(memory: memory, settings: settings, blocks: walk.blocks)
      walk.run(
        &kernel, range: lists.range(of: tile), entries: lists.entries, records: pass.records,
        transmittance: kernel.transmittance)
      kernel.write(to: image, blocks: walk.blocks, background: settings.background)
    }
  }

  /// Calls `body` for every tile with scratch memory.
  @inline(__always)
  private func forEachTile(
    _ pass: Pass, workers: Workers,
    _ body: @Sendable (_ tile: Int, _ walk: TileWalk, _ memory: TileMemory.Part) -> Void
  ) {
    let grid = pass.projection.grid
    let parts = tileMemory.parts(workers.threads)
    let masks = pass.lists.keepsSlots ? masks.view(count: pass.lists.entries.count) : nil
    // Neighbours share Gaussians, which stay in a core's cache; many pieces leave no worker waiting at the end.
    let size = min(max(grid.count / (16 * workers.threads), 1), 4)
    workers.forEachRange(grid.count, size: size) { tiles, worker in
      for tile in tiles {
        let blocks = TileBlocks(tile: tile, grid: grid)
        body(tile, TileWalk(blocks: blocks, masks: masks, memory: parts[worker]), parts[worker])
      }
    }
  }

  /// Takes the gradient of the image back to the Gaussians' image quantities: ``ImageGradient/count``
  /// floats for each slot of the lists.
  package func backward(
    _ pass: Pass, image: ImagePlanes, gradImage: ImageGradients, includesAbsolute: Bool,
    workers: Workers
  ) -> BufferView<Float> {
    let settings = pass.projection.settings
    let lists = pass.lists
    let gradients = slotGradients.view(count: lists.slotCount * ImageGradient.count)
    forEachTile(pass, workers: workers) { tile, walk, memory in
      var kernel = TileBackward(
        memory: memory, settings: settings, blocks: walk.blocks, image: image,
        gradImage: gradImage, slots: lists.entrySlots, gradients: gradients,
        includesAbsolute: includesAbsolute)
      walk.run(
        &kernel, range: lists.range(of: tile), entries: lists.entries, records: pass.records,
        transmittance: nil)
    }
    return gradients
  }

  /// Takes the image gradients on to the parameters, block by block; see
  /// ``Projection/backward(chunk:recordCount:parameters:records:lists:gradients:scratch:includesCamera:_:)``.
  /// Calls of `body` for different blocks may run at the same time.
  @inline(__always)
  package func backwardProjection(
    _ pass: Pass, parameters: BufferView<Float>, gradients: BufferView<Float>,
    workers: Workers, includesCamera: Bool = false,
    _ body:
      @Sendable (
        _ block: Int, _ isVisible: Bool, _ gradParameters: BufferView<Float>,
        _ gradImage: BufferView<Float>, _ visible: BufferView<Float>
      ) -> Void
  ) -> CameraGradient {
    let projection = pass.projection
    let scratchCount = projection.scratchCount
    let scratch = blockScratch.view(count: workers.threads * scratchCount)
    var cameraParts = [CameraGradient](repeating: CameraGradient(), count: projection.chunkCount)
    cameraParts.withView { parts in
      workers.forEach(projection.chunkCount) { chunk, worker in
        parts[chunk] = projection.backward(
          chunk: chunk, recordCount: pass.recordCounts[chunk], parameters: parameters,
          records: pass.records, lists: pass.lists, gradients: gradients,
          scratch: scratch.slice(worker * scratchCount..<(worker + 1) * scratchCount),
          includesCamera: includesCamera, body)
      }
    }
    return cameraParts.reduce(into: CameraGradient()) { $0 += $1 }
  }
}

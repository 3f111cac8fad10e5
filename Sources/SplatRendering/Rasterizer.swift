package import SplatCore

/// Renders a model's parameters to planes and propagates gradients of the planes back to the
/// parameters.
///
/// It owns all scratch memory and keeps the results of forward for the backward pass. No output
/// depends on the number of threads: each piece of work writes its results to its own memory, and
/// sums run in the order of the pieces. One thread at a time may use it.
package final class Rasterizer: Sendable {
  private let records = Buffer<ProjectedSplat>()
  private let boxes = Buffer<TileBox>()
  private let binning = TileBinning()
  private let tileMemory = TileMemory()
  private let hits = Buffer<UInt64>()
  private let slotGradients = Buffer<ProjectedGradient>()
  private let blockScratch = Buffer<Float>()

  package init() {}

  /// Projects the Gaussians and assigns them to the tiles.
  ///
  /// - Parameters:
  ///   - clusters: the boxes of the model's clusters, if they are known.
  ///   - isForBackward: whether a backward pass may follow.
  package func prepare(
    _ model: ParameterView, form: ParameterForm = .stored, clusters: ClusterBoxes? = nil,
    camera: Camera, settings: RenderSettings, isForBackward: Bool = true, workers: Workers
  ) -> RenderPass {
    let projected = project(
      model, form: form, clusters: clusters, camera: camera, settings: settings,
      workers: workers)
    let lists = bin(projected, isForBackward: isForBackward, workers: workers)
    return sort(projected, lists, workers: workers)
  }

  /// The first step of preparing: projects the Gaussians.
  package func project(
    _ model: ParameterView, form: ParameterForm = .stored, clusters: ClusterBoxes? = nil,
    camera: Camera, settings: RenderSettings, workers: Workers
  ) -> ProjectedSplats {
    let projection = Projection(model, form: form, camera: camera, settings: settings)
    let (records, boxes) = memory(count: projection.chunkCount * Projection.chunkSize)
    let culling = clusters.map { ClusterCulling($0, camera: camera, settings: settings) }
    let counts = workers.gathering(projection.chunkCount) { chunk in
      projection.forward(
        chunk: chunk, hidden: culling?.hidden(chunk: chunk) ?? 0, records: records, boxes: boxes)
    }
    return ProjectedSplats(
      projection: projection, records: records, recordCounts: counts.map(\.records), boxes: boxes,
      tileBounds: counts.map(\.tileBound))
  }

  /// Memory for `count` projected Gaussians and their boxes.
  func memory(count: Int) -> (records: BufferView<ProjectedSplat>, boxes: BufferView<TileBox>) {
    (records.view(count: count), boxes.view(count: count))
  }

  /// The second step of preparing: finds the tiles that the Gaussians reach.
  package func bin(_ projected: ProjectedSplats, isForBackward: Bool = true, workers: Workers)
    -> TileLists
  {
    binning.fill(projected, keepsSlots: isForBackward, workers: workers)
  }

  /// The third step of preparing: sorts each tile's Gaussians by depth.
  package func sort(
    _ projected: ProjectedSplats, _ lists: TileLists, workers: Workers
  ) -> RenderPass {
    binning.sort(lists, workers: workers)
    return RenderPass(
      projection: projected.projection, records: projected.records,
      recordCounts: projected.recordCounts, lists: lists)
  }

  /// Blends the prepared Gaussians into `image`.
  package func blend(_ pass: RenderPass, into image: ImagePlanes, workers: Workers) {
    let settings = pass.projection.settings
    let keepsHits = pass.lists.keepsSlots
    forEachTile(pass, workers: workers) { walk, memory in
      var kernel = TileForward(
        memory: memory, settings: settings, subtiles: walk.subtiles, keepsHits: keepsHits)
      walk.forward(&kernel)
      kernel.write(to: image, subtiles: walk.subtiles, background: settings.background)
    }
  }

  /// Calls `body` for every tile with scratch memory.
  @inline(__always)
  private func forEachTile(
    _ pass: RenderPass, workers: Workers,
    _ body: @Sendable (_ walk: TileWalk, _ memory: TileMemory.Part) -> Void
  ) {
    let (grid, lists) = (pass.projection.grid, pass.lists)
    let parts = tileMemory.parts(workers.threads)
    // The hits of each tile, whose last batch may be incomplete.
    let spare = HitMasks.count - 1
    let hits = lists.keepsSlots ? hits.view(count: lists.entries.count + grid.count * spare) : nil
    // Neighbouring tiles share Gaussians, which stay in a core's cache; many pieces keep all
    // workers busy until the end.
    let size = min(max(grid.count / (16 * workers.threads), 1), 4)
    workers.forEachRange(grid.count, size: size) { tiles, worker in
      for tile in tiles {
        let range = lists.range(of: tile)
        let first = range.lowerBound + tile * spare
        let walk = TileWalk(
          subtiles: Subtiles(tile: tile, grid: grid), range: range, entries: lists.entries,
          records: pass.records,
          kept: hits?.slice(first..<first + TileWalk.hitCount(of: range.count)),
          memory: parts[worker])
        body(walk, parts[worker])
      }
    }
  }

  /// Propagates the gradient of the image back to the projected Gaussians: one gradient for each
  /// slot of the lists.
  package func backward(
    _ pass: RenderPass, image: ImagePlanes, gradImage: ImageGradients, includesAbsolute: Bool,
    workers: Workers
  ) -> BufferView<ProjectedGradient> {
    let gradients = slotGradients.view(count: pass.lists.slotCount)
    if gradImage.depth.count > 0 {
      precondition(pass.projection.settings.includesDepth, "the depth was rendered")
      backward(
        pass, image: image, gradImage: gradImage, includesAbsolute: includesAbsolute,
        depth: DepthIsUsed.self, into: gradients, workers: workers)
    } else {
      backward(
        pass, image: image, gradImage: gradImage, includesAbsolute: includesAbsolute,
        depth: DepthIsUnused.self, into: gradients, workers: workers)
    }
    return gradients
  }

  @inline(__always)
  private func backward<Depth: DepthUse>(
    _ pass: RenderPass, image: ImagePlanes, gradImage: ImageGradients, includesAbsolute: Bool,
    depth: Depth.Type, into gradients: BufferView<ProjectedGradient>, workers: Workers
  ) {
    let settings = pass.projection.settings
    let lists = pass.lists
    forEachTile(pass, workers: workers) { walk, memory in
      let kernel = TileBackward<Depth>(
        memory: memory, settings: settings, subtiles: walk.subtiles, image: image,
        gradImage: gradImage, slots: lists.entrySlots, gradients: gradients,
        includesAbsolute: includesAbsolute)
      walk.backward(kernel)
    }
  }

  /// Propagates the gradients of the projected Gaussians to the parameters and passes those of each
  /// block to `body`. Calls for different blocks may run at the same time.
  ///
  /// - Parameter includesDepth: whether the loss depends on the depth.
  /// - Returns: The parts of the camera's gradient from the chunks of the model, in their order; 0
  ///   if it was not requested.
  @inline(__always) @discardableResult
  package func backwardProjection(
    _ pass: RenderPass, gradients: BufferView<ProjectedGradient>, workers: Workers,
    includesDepth: Bool = false, includesCamera: Bool = false,
    _ body: @Sendable (_ gradient: BlockGradient) -> Void
  ) -> [CameraGradient] {
    let projection = pass.projection
    let scratchCount = projection.scratchCount
    let scratch = blockScratch.view(count: workers.threads * scratchCount)
    var cameraParts = [CameraGradient](repeating: CameraGradient(), count: projection.chunkCount)
    cameraParts.withView { parts in
      workers.forEach(projection.chunkCount) { chunk, worker in
        parts[chunk] = projection.backward(
          chunk: chunk, pass: pass, gradients: gradients,
          scratch: scratch.slice(worker * scratchCount..<(worker + 1) * scratchCount),
          includesDepth: includesDepth, includesCamera: includesCamera, body)
      }
    }
    return cameraParts
  }
}

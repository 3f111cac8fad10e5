package import SplatCore

/// Renders a model's parameters to planes and takes gradients of the planes back to the parameters.
///
/// It owns all scratch memory and keeps what forward has found for the backward pass that follows.
/// Nothing that it writes depends on the number of threads: each piece of work has a place of its own
/// for its results, and sums run in the order of the pieces.
package final class Rasterizer {
  private let records = Buffer<ProjectedSplat>()
  private let pairs = Buffer<DepthSort.Pair>()
  private let sort = DepthSort()
  private let binning = TileBinning()
  private let tileScratch = Buffer<Float>()
  private let tileBounds = Buffer<Int32>()
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
  package func prepare(
    parameters: BufferView<Float>, count: Int, shDegree: Int, camera: Camera,
    settings: RenderSettings, workers: Workers
  ) -> Pass {
    let projected = project(
      parameters: parameters, count: count, shDegree: shDegree, camera: camera,
      settings: settings, workers: workers)
    return bin(projected, order: sortByDepth(projected, workers: workers), workers: workers)
  }

  /// What projection leaves for the later steps.
  package struct Projected: Sendable {
    package let projection: Projection
    /// As in ``Pass``.
    package let records: BufferView<ProjectedSplat>
    package let recordCounts: [Int]
  }

  /// The first step of preparing: projects the Gaussians.
  package func project(
    parameters: BufferView<Float>, count: Int, shDegree: Int, camera: Camera,
    settings: RenderSettings, workers: Workers
  ) -> Projected {
    let projection = Projection(
      camera: camera, settings: settings, planes: Plane.count(shDegree: shDegree), count: count,
      shDegree: shDegree)
    let records = records.view(count: projection.chunkCount * Projection.chunkSize)
    let recordCounts = workers.gathering(projection.chunkCount) { chunk in
      projection.forward(chunk: chunk, parameters: parameters, records: records)
    }
    return Projected(projection: projection, records: records, recordCounts: recordCounts)
  }

  /// The second step of preparing: sorts the visible Gaussians by depth.
  package func sortByDepth(_ projected: Projected, workers: Workers)
    -> BufferView<DepthSort.Pair>
  {
    let (records, recordCounts) = (projected.records, projected.recordCounts)
    let starts = recordCounts.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let pairs = pairs.view(count: starts[recordCounts.count])
    workers.forEach(recordCounts.count) { chunk, _ in
      let first = chunk * Projection.chunkSize
      for index in 0..<recordCounts[chunk] {
        pairs[starts[chunk] + index] = DepthSort.pair(
          depth: records[first + index].depth, value: first + index)
      }
    }
    sort.sort(pairs, workers: workers)
    return pairs
  }

  /// The third step of preparing: hands the Gaussians in their order to the tiles.
  package func bin(
    _ projected: Projected, order: BufferView<DepthSort.Pair>, workers: Workers
  ) -> Pass {
    let lists = binning.fill(
      grid: projected.projection.grid, order: order, records: projected.records, workers: workers)
    return Pass(
      projection: projected.projection, records: projected.records,
      recordCounts: projected.recordCounts, lists: lists)
  }

  /// Blends the prepared Gaussians into `image`.
  package func blend(_ pass: Pass, into image: ImagePlanes, workers: Workers) {
    let grid = pass.projection.grid
    let settings = pass.projection.settings
    let lists = pass.lists
    let scratchSize = TileForward.planeCount * TileWalk.planeSize
    let scratch = tileScratch.view(count: workers.threads * scratchSize)
    let bounds = tileBounds.view(count: workers.threads * TileWalk.boundsCount)
    workers.forEach(grid.count) { tile, worker in
      let walk = TileWalk(
        tile: tile, grid: grid,
        bounds: bounds.slice(worker * TileWalk.boundsCount..<(worker + 1) * TileWalk.boundsCount))
      var kernel = TileForward(
        scratch: scratch.slice(worker * scratchSize..<(worker + 1) * scratchSize),
        settings: settings, walk: walk)
      _ = walk.run(&kernel, entries: lists.entries(of: tile), records: pass.records)
      kernel.write(to: image, walk: walk, background: settings.background)
    }
  }

  /// Takes the gradient of the image back to the Gaussians' image quantities: ``ImageGradient/count``
  /// floats for each slot.
  package func backward(
    _ pass: Pass, image: ImagePlanes, gradImage: ImageGradients, includesAbsolute: Bool,
    workers: Workers
  ) -> BufferView<Float> {
    let grid = pass.projection.grid
    let settings = pass.projection.settings
    let lists = pass.lists
    let gradients = slotGradients.view(count: lists.slotCount * ImageGradient.count)
    let scratchSize = TileBackward.planeCount * TileWalk.planeSize
    let scratch = tileScratch.view(count: workers.threads * scratchSize)
    let bounds = tileBounds.view(count: workers.threads * TileWalk.boundsCount)
    workers.forEach(grid.count) { tile, worker in
      let walk = TileWalk(
        tile: tile, grid: grid,
        bounds: bounds.slice(worker * TileWalk.boundsCount..<(worker + 1) * TileWalk.boundsCount))
      var kernel = TileBackward(
        scratch: scratch.slice(worker * scratchSize..<(worker + 1) * scratchSize),
        settings: settings, walk: walk, image: image,
        gradImage: gradImage, gradients: gradients, includesAbsolute: includesAbsolute)
      let entries = lists.entries(of: tile)
      let visited = walk.run(&kernel, entries: entries, records: pass.records)
      for index in visited..<entries.count {
        let start = Int(entries[index].slot) * ImageGradient.count
        gradients.slice(start..<start + ImageGradient.count).fill(0)
      }
    }
    return gradients
  }

  /// Takes the image gradients on to the parameters, block by block; see
  /// ``Projection/backward(chunk:recordCount:parameters:records:slots:gradients:scratch:includesCamera:_:)``.
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
          records: pass.records, slots: pass.lists.slots, gradients: gradients,
          scratch: scratch.slice(worker * scratchCount..<(worker + 1) * scratchCount),
          includesCamera: includesCamera, body)
      }
    }
    return cameraParts.reduce(into: CameraGradient()) { $0 += $1 }
  }
}

extension TileBinning.Lists {
  /// The list of one tile, front to back.
  package func entries(of tile: Int) -> BufferView<TileEntry> {
    entries.slice(Int(starts[tile])..<Int(starts[tile + 1]))
  }
}

public import SplatCore

/// A render that gradients can go back through.
///
/// ```swift
/// let pass = Renderer().forward(splats, from: camera)
/// let gradients = pass.backward(gradient(of: pass.frame))
/// ```
///
/// It holds the model as it was, so that models may change and other renders run before the
/// backward pass. One thread at a time may use it.
public final class DifferentiablePass {
  /// The camera.
  public let camera: Camera
  /// What else the picture depends on.
  public let settings: RenderSettings

  private let parameters: ParameterBlocks
  private let form: ParameterForm
  private let pool: RenderMemoryPool
  private let memory: RenderMemory
  private let workers: Workers
  private let records: BufferView<ProjectedSplat>
  private let recordCounts: [Int]
  private let lists: TileLists
  /// The finished image, with the accumulated depth if the settings include it.
  package let image: ImagePlanes

  /// Renders Gaussians; nil if there would be too many pairs of a Gaussian and a tile for the
  /// memory.
  ///
  /// - Parameters:
  ///   - isForBackward: whether a backward pass may follow.
  ///   - hasMemory: whether there are so many bytes.
  package init?(
    _ parameters: ParameterBlocks, form: ParameterForm, clusters: ClusterBoxes? = nil,
    camera: Camera, settings: RenderSettings, isForBackward: Bool = true, pool: RenderMemoryPool,
    hasMemory: (_ bytes: Int) -> Bool = { _ in true }
  ) {
    self.camera = camera
    self.settings = settings
    self.parameters = parameters
    self.form = form
    self.pool = pool
    let (memory, workers) = (pool.take(), Workers(threads: settings.threads))
    (self.memory, self.workers) = (memory, workers)
    let image = Self.planes(memory.planes, camera: camera, includesDepth: settings.includesDepth)
    self.image = image

    let rasterizer = memory.rasterizer
    let pass = parameters.withReadOnlyView { model -> RenderPass? in
      let projected = rasterizer.project(
        model, form: form, clusters: clusters, camera: camera, settings: settings,
        workers: workers)
      let slots = TileBinning.slotCount(projected)
      guard slots < TileBinning.slotLimit,
        hasMemory(slots * TileBinning.slotBytes(isForBackward: isForBackward))
      else { return nil }
      let lists = rasterizer.bin(projected, isForBackward: isForBackward, workers: workers)
      let pass = rasterizer.sort(projected, lists, workers: workers)
      rasterizer.blend(pass, into: image, workers: workers)
      return pass
    }
    guard let pass else {
      pool.give(memory)
      return nil
    }
    (records, recordCounts, lists) = (pass.records, pass.recordCounts, pass.lists)
  }

  deinit { pool.give(memory) }

  /// The number of Gaussians, and the degree of their harmonics.
  var splatCount: Int { parameters.count }
  var shDegree: Int { Plane.shDegree(planes: parameters.planes) }

  /// Planes of the camera's size in `buffer`, one after another.
  private static func planes(
    _ buffer: Buffer<Float>, camera: Camera, includesDepth: Bool
  ) -> ImagePlanes {
    let size = camera.width * camera.height
    let whole = buffer.view(count: (includesDepth ? 5 : 4) * size)
    func plane(_ index: Int) -> BufferView<Float> { whole.slice(index * size..<(index + 1) * size) }
    return ImagePlanes(
      red: plane(0), green: plane(1), blue: plane(2), transmittance: plane(3),
      depth: includesDepth ? plane(4) : whole.slice(0..<0), rowStride: camera.width)
  }

  /// Calls `body` for every Gaussian that is drawn.
  package func forEachVisible(_ body: (_ splat: ProjectedSplat) -> Void) {
    for (chunk, count) in recordCounts.enumerated() {
      let first = chunk * Projection.chunkSize
      for record in first..<first + count { body(records[record]) }
    }
  }

  /// Room for the gradient of the image, to be filled for ``backward(_:includesAbsolute:_:)``.
  package func gradientRoom(includesAlpha: Bool, includesDepth: Bool) -> ImageGradients {
    let size = camera.width * camera.height
    let whole = memory.gradPlanes.view(count: 5 * size)
    func plane(_ index: Int, _ isUsed: Bool) -> BufferView<Float> {
      whole.slice(isUsed ? index * size..<(index + 1) * size : 0..<0)
    }
    return ImageGradients(
      red: plane(0, true), green: plane(1, true), blue: plane(2, true),
      alpha: plane(3, includesAlpha), depth: plane(4, includesDepth), rowStride: camera.width)
  }

  /// Propagates the gradient of the image back to the parameters and passes that of each block to
  /// `body`. Calls for different blocks may run at the same time.
  package func backward(
    _ gradImage: ImageGradients, includesAbsolute: Bool,
    _ body: @Sendable (_ gradient: BlockGradient) -> Void
  ) -> CameraGradient {
    parameters.withReadOnlyView { model in
      let rasterizer = memory.rasterizer
      // The model may lie elsewhere than at the render.
      let pass = RenderPass(
        projection: Projection(model, form: form, camera: camera, settings: settings),
        records: records, recordCounts: recordCounts, lists: lists)
      let gradients = rasterizer.backward(
        pass, image: image, gradImage: gradImage, includesAbsolute: includesAbsolute,
        workers: workers)
      return CameraGradient(
        sumOf: rasterizer.backwardProjection(
          pass, gradients: gradients, workers: workers, includesDepth: gradImage.depth.count > 0,
          includesCamera: true, body))
    }
  }
}

package import SplatCore

/// Propagates the gradients of several pictures of one model to its parameters and adds them up.
///
/// The pictures of a chunk of Gaussians follow one another, so that its sums stay in a core's cache
/// and there is no table of gradients of the whole model. Sums run in the order of the pictures and
/// do not depend on the number of threads. One thread at a time may use it.
package final class GradientSums: Sendable {
  private let scratch = Buffer<Float>()
  private let sums = Buffer<Float>()

  package init() {}

  /// A picture of the model, and the gradients of its projected Gaussians.
  package struct Picture: Sendable {
    package let pass: RenderPass
    /// One for each slot of the lists of ``pass``, as
    /// ``Rasterizer/backward(_:image:gradImage:includesAbsolute:workers:)`` gives them.
    package let gradients: BufferView<ProjectedGradient>
    /// Whether the loss depends on the depth.
    package let includesDepth: Bool

    package init(
      pass: RenderPass, gradients: BufferView<ProjectedGradient>, includesDepth: Bool = false
    ) {
      self.pass = pass
      self.gradients = gradients
      self.includesDepth = includesDepth
    }
  }

  /// Passes the gradients of `pictures` to `add` and their sums to `finish`. Calls for different
  /// blocks may run at the same time.
  ///
  /// - Parameters:
  ///   - pictures: Pictures of the same model, drawn by a ``Rasterizer`` each.
  ///   - includesCamera: Whether the cameras' gradients are needed.
  ///   - add: Adds the gradient of a block to its sum, which is 0 at first; called for the pictures
  ///     in their order.
  ///   - finish: Called for each block after all pictures, with its sum, which it sets back to 0.
  /// - Returns: For each picture the parts of the camera's gradient from the chunks of the model,
  ///   in their order; none if they were not requested.
  @inline(__always)
  package func backward(
    _ pictures: [Picture], workers: Workers, includesCamera: Bool,
    add: @Sendable (_ picture: Int, _ gradient: BlockGradient, _ sum: ParameterBlock) -> Void,
    finish: @Sendable (_ block: Int, _ sum: ParameterBlock) -> Void
  ) -> [[CameraGradient]] {
    guard let projection = pictures.first?.pass.projection else { return [] }
    let planes = projection.model.planes
    let (chunks, scratchCount) = (projection.chunkCount, projection.scratchCount)
    let sumCount = Projection.blocksPerChunk * BufferView.blockSize(planes: planes)
    let scratch = scratch.view(count: workers.threads * scratchCount)
    let sums = sums.view(count: workers.threads * sumCount)
    sums.fill(0)
    var parts = [CameraGradient](repeating: CameraGradient(), count: pictures.count * chunks)
    parts.withView { parts in
      workers.forEach(chunks) { chunk, worker in
        let scratch = scratch.slice(worker * scratchCount..<(worker + 1) * scratchCount)
        let sums = sums.slice(worker * sumCount..<(worker + 1) * sumCount)
        let blocks = projection.blocks(ofChunk: chunk)
        @inline(__always)
        func sum(_ block: Int) -> ParameterBlock {
          ParameterBlock(sums.block(block - blocks.lowerBound, planes: planes))
        }
        for (index, picture) in pictures.enumerated() {
          parts[index * chunks + chunk] = picture.pass.projection.backward(
            chunk: chunk, pass: picture.pass, gradients: picture.gradients, scratch: scratch,
            includesDepth: picture.includesDepth, includesCamera: includesCamera
          ) { gradient in add(index, gradient, sum(gradient.index)) }
        }
        for block in blocks { finish(block, sum(block)) }
      }
    }
    return pictures.indices.map { index in
      includesCamera ? Array(parts[index * chunks..<(index + 1) * chunks]) : []
    }
  }
}

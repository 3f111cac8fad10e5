import SplatCore

/// Scratch memory for walking through tiles, a part for each worker.
struct TileMemory: Sendable {
  /// The memory of one walk at a time.
  struct Part: Sendable {
    /// Planes of the tile's pixels.
    fileprivate(set) var planes: TilePlanes
    /// The Gaussians of a batch.
    fileprivate(set) var batch: BufferView<TileGaussian>
    fileprivate(set) var reaches: Batch<Subtiles.Reach>
    fileprivate(set) var hits: HitMasks
    /// For the Gaussians that reach a subtile: opacities, weights, and gradients of the logarithms
    /// of the opacities.
    fileprivate(set) var alphas: Batch<Lanes>, weights: Batch<Lanes>, gradAlphas: Batch<Lanes>
    /// Sums for each Gaussian of a batch.
    fileprivate(set) var moments: Batch<TileMoments>
    fileprivate(set) var totals: Batch<TileTotals>
    /// Sums of the weights times the gradient of the depth, if there is one.
    fileprivate(set) var depthMoments: Batch<Lanes>

    /// Finds the opacities of the Gaussians in `hits` at a subtile's pixels, before they are
    /// clamped.
    @inline(__always)
    func findAlphas(subtile: Int, hits: UInt64, limits: PixelLimits<Lanes>) {
      let (x, y) = (planes[TilePlanes.x, subtile], planes[TilePlanes.y, subtile])
      for (order, index) in SetBits(hits) {
        let exponent = PixelOpacity.Exponent<Lanes>(repeating: batch[index].exponent)
        alphas[order] = PixelOpacity.forward(
          exponent, deltaX: x - exponent.meanX, deltaY: y - exponent.meanY, limits: limits)
      }
    }
  }

  private let planes = Buffer<Lanes>()
  private let gaussians = Buffer<TileGaussian>()
  private let reaches = Buffer<Subtiles.Reach>()
  private let hits = Buffer<UInt64>()
  private let alphas = Buffer<Lanes>(), weights = Buffer<Lanes>(), gradAlphas = Buffer<Lanes>()
  private let moments = Buffer<TileMoments>()
  private let totals = Buffer<TileTotals>()
  private let depthMoments = Buffer<Lanes>()

  /// `count` parts, valid until the next call.
  func parts(_ count: Int) -> [Part] {
    func parts<Element>(_ buffer: Buffer<Element>, _ size: Int) -> [BufferView<Element>] {
      let whole = buffer.view(count: count * size)
      return (0..<count).map { whole.slice($0 * size..<($0 + 1) * size) }
    }
    func batches<Element>(_ buffer: Buffer<Element>) -> [Batch<Element>] {
      parts(buffer, Batch<Element>.size).map { Batch(values: $0) }
    }
    let planes = parts(planes, TilePlanes.size)
    let gaussians = parts(gaussians, HitMasks.count)
    let reaches = batches(reaches)
    let hits = parts(hits, HitMasks.count)
    let (alphas, weights, gradAlphas) = (batches(alphas), batches(weights), batches(gradAlphas))
    let (moments, totals) = (batches(moments), batches(totals))
    let depthMoments = batches(depthMoments)
    planes.forEach { TilePlanes(values: $0).writePixelCentres() }
    return (0..<count).map {
      Part(
        planes: TilePlanes(values: planes[$0]), batch: gaussians[$0], reaches: reaches[$0],
        hits: HitMasks(words: hits[$0]), alphas: alphas[$0], weights: weights[$0],
        gradAlphas: gradAlphas[$0], moments: moments[$0], totals: totals[$0],
        depthMoments: depthMoments[$0])
    }
  }
}

import SplatCore

/// Scratch memory for walks through tiles, a part for each worker.
struct TileMemory {
  /// What one walk at a time works in.
  struct Part: Sendable {
    /// Planes of the tile's pixels.
    fileprivate(set) var planes: TilePlanes
    /// The Gaussians of a batch.
    fileprivate(set) var batch: BufferView<TileGaussian>
    fileprivate(set) var reaches: BufferView<TileBlocks.Reach>
    fileprivate(set) var hits: HitMasks
    /// Of the Gaussians that reach a block: their opacities, their weights, and the gradients of the
    /// logarithms of their opacities.
    fileprivate(set) var alphas: BufferView<Float>
    fileprivate(set) var weights: BufferView<Float>, gradAlphas: BufferView<Float>
    /// Sums for each Gaussian of a batch.
    fileprivate(set) var moments: BufferView<Float>
  }

  private static let planesSize =
    max(TileForward.planeCount, TileBackward.planeCount) * TileBlocks.planeSize
  private static let momentsSize = TileWalk.batchSize * TileBackward.momentsSize

  private let planes = Buffer<Float>()
  private let batches = Buffer<TileGaussian>()
  private let reaches = Buffer<TileBlocks.Reach>()
  private let hits = Buffer<UInt64>()
  private let alphas = Buffer<Float>(), weights = Buffer<Float>(), gradAlphas = Buffer<Float>()
  private let moments = Buffer<Float>()

  /// `count` parts, valid until the next call.
  func parts(_ count: Int) -> [Part] {
    func parts<Element>(_ buffer: Buffer<Element>, _ size: Int) -> [BufferView<Element>] {
      let whole = buffer.view(count: count * size)
      return (0..<count).map { whole.slice($0 * size..<($0 + 1) * size) }
    }
    let planes = parts(planes, Self.planesSize)
    let batches = parts(batches, TileWalk.batchSize)
    let reaches = parts(reaches, TileWalk.batchSize)
    let hits = parts(hits, HitMasks.count)
    let lanes = TileWalk.batchSize * Lanes.scalarCount
    let (alphas, weights) = (parts(alphas, lanes), parts(weights, lanes))
    let gradAlphas = parts(gradAlphas, lanes)
    let moments = parts(moments, Self.momentsSize)
    return (0..<count).map {
      Part(
        planes: TilePlanes(values: planes[$0]), batch: batches[$0], reaches: reaches[$0],
        hits: HitMasks(words: hits[$0]), alphas: alphas[$0],
        weights: weights[$0], gradAlphas: gradAlphas[$0], moments: moments[$0])
    }
  }
}

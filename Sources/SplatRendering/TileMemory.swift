import SplatCore

/// Scratch memory for walks through tiles, a part for each worker.
struct TileMemory {
  /// What one walk at a time works in.
  struct Part: Sendable {
    /// Planes of the tile's pixels.
    fileprivate(set) var planes: TilePlanes
    /// The Gaussians of a batch.
    fileprivate(set) var batch: BufferView<TileGaussian>
    fileprivate(set) var reaches: BufferView<Subtiles.Reach>
    fileprivate(set) var hits: HitMasks
    /// Of the Gaussians that reach a subtile: their opacities, their weights, and the gradients of
    /// the logarithms of their opacities.
    fileprivate(set) var alphas: BatchLanes, weights: BatchLanes, gradAlphas: BatchLanes
    /// Sums for each Gaussian of a batch.
    fileprivate(set) var moments: BufferView<TileMoments>
  }

  private let planes = Buffer<Lanes>()
  private let batches = Buffer<TileGaussian>()
  private let reaches = Buffer<Subtiles.Reach>()
  private let hits = Buffer<UInt64>()
  private let alphas = Buffer<Lanes>(), weights = Buffer<Lanes>(), gradAlphas = Buffer<Lanes>()
  private let moments = Buffer<TileMoments>()

  /// `count` parts, valid until the next call.
  func parts(_ count: Int) -> [Part] {
    func parts<Element>(_ buffer: Buffer<Element>, _ size: Int) -> [BufferView<Element>] {
      let whole = buffer.view(count: count * size)
      return (0..<count).map { whole.slice($0 * size..<($0 + 1) * size) }
    }
    let batchSize = HitMasks.count
    let planes = parts(planes, TilePlanes.size)
    let (batches, reaches) = (parts(batches, batchSize), parts(reaches, batchSize))
    let hits = parts(hits, batchSize)
    let (alphas, weights) = (parts(alphas, batchSize), parts(weights, batchSize))
    let gradAlphas = parts(gradAlphas, batchSize)
    let moments = parts(moments, batchSize)
    return (0..<count).map {
      Part(
        planes: TilePlanes(values: planes[$0]), batch: batches[$0], reaches: reaches[$0],
        hits: HitMasks(words: hits[$0]), alphas: BatchLanes(values: alphas[$0]),
        weights: BatchLanes(values: weights[$0]), gradAlphas: BatchLanes(values: gradAlphas[$0]),
        moments: moments[$0])
    }
  }
}

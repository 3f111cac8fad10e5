import SplatCore

/// The tile kernels with nothing around them, as a baseline for measurements.
///
/// A few Gaussians are blended over every subtile of one tile, with all data in the first-level
/// cache, no list and no ellipse. The renderer cannot spend less time on a pair.
package final class BareLoop {
  /// The size of the tile, in pixels.
  package static let width = TileGrid.tileWidth
  package static let height = TileGrid.tileHeight
  /// The number of pairs of one pass.
  package static let pairs = HitMasks.count * width * height

  private let splats: [ProjectedSplat]
  private let settings: RenderSettings
  private let subtiles = Subtiles(tile: 0, grid: TileGrid(width: width, height: height))
  private let memory = TileMemory()
  private let image: [Float]
  private let slots = Array(0..<UInt32(HitMasks.count))
  private var gradients: [ProjectedGradient]

  /// Prepares for the first ``HitMasks/count`` of `splats`.
  package init(splats: [ProjectedSplat], settings: RenderSettings) {
    precondition(splats.count >= HitMasks.count)
    self.splats = Array(splats.prefix(HitMasks.count))
    self.settings = settings
    image = [Float](repeating: 0.5, count: Self.width * Self.height)
    gradients = [ProjectedGradient](repeating: .zero, count: HitMasks.count)
  }

  /// Blends the Gaussians into a tile.
  package func forward() {
    let part = memory.parts(1)[0]
    let kernel = TileForward(
      memory: part, settings: settings, subtiles: subtiles, keepsHits: false)
    load(part)
    for subtile in 0..<Subtiles.count { _ = kernel.blend(subtile: subtile, hits: ~0) }
  }

  /// Propagates a gradient back to the Gaussians.
  package func backward(includesAbsolute: Bool) {
    let part = memory.parts(1)[0]
    image.withReadOnlyView { plane in
      slots.withReadOnlyView { slots in
        gradients.withView { gradients in
          let none = plane.slice(0..<0)
          let kernel = TileBackward<DepthIsUnused>(
            memory: part, settings: settings, subtiles: subtiles,
            image: ImagePlanes(
              red: plane, green: plane, blue: plane, transmittance: plane, depth: none,
              rowStride: Self.width),
            gradImage: ImageGradients(
              red: plane, green: plane, blue: plane, alpha: none, depth: none,
              rowStride: Self.width),
            slots: slots, gradients: gradients, includesAbsolute: includesAbsolute)
          load(part)
          for index in 0..<HitMasks.count { kernel.prepare(index: index) }
          for subtile in 0..<Subtiles.count {
            kernel.begin(subtile: subtile)
            kernel.blend(subtile: subtile, hits: ~0)
          }
          for index in 0..<HitMasks.count { kernel.sum(index: index) }
          for index in 0..<HitMasks.count { kernel.finish(index: index, entry: index) }
        }
      }
    }
  }

  private func load(_ memory: TileMemory.Part) {
    for index in 0..<HitMasks.count {
      memory.batch[index] = TileGaussian(splats[index], in: subtiles)
    }
  }
}

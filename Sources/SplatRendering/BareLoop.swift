package import SplatCore

/// The tile kernels with nothing around them, to measure them against.
///
/// A few Gaussians are taken over every block of one tile, with all data in the first-level cache, no
/// list and no ellipse. What the renderer takes for a pair cannot be less.
package struct BareLoop {
  /// The size of the tile, in pixels.
  package static let width = TileGrid.tileWidth
  package static let height = TileGrid.tileHeight
  /// The number of floats that a pass works on.
  package static let scratchCount =
    max(TileForward.planeCount, TileBackward.planeCount) * TileBlocks.planeSize

  private let splats: [ProjectedSplat]
  private let settings: RenderSettings
  private let blocks: TileBlocks
  /// The pairs of one pass.
  package var pairs: Int { splats.count * Self.width * Self.height }

  package init(splats: [ProjectedSplat], settings: RenderSettings) {
    self.splats = splats
    self.settings = settings
    blocks = TileBlocks(tile: 0, grid: TileGrid(width: Self.width, height: Self.height))
  }

  /// Blends the Gaussians into a tile.
  package func forward(_ scratch: BufferView<Float>) {
    run(TileForward(scratch: scratch, settings: settings, blocks: blocks))
  }

  /// Takes a gradient back to the Gaussians: `image` has four planes of the tile's size for the picture,
  /// `gradients` room for those of all Gaussians.
  package func backward(
    _ scratch: BufferView<Float>, image: BufferView<Float>, gradients: BufferView<Float>,
    includesAbsolute: Bool
  ) {
    func plane(_ index: Int) -> BufferView<Float> {
      image.slice(index * Self.width * Self.height..<(index + 1) * Self.width * Self.height)
    }
    run(
      TileBackward(
        scratch: scratch, settings: settings, blocks: blocks,
        image: ImagePlanes(
          red: plane(0), green: plane(1), blue: plane(2), transmittance: plane(3),
          depth: image.slice(0..<0), rowStride: Self.width),
        gradImage: ImageGradients(
          red: plane(0), green: plane(1), blue: plane(2), alpha: image.slice(0..<0),
          rowStride: Self.width),
        gradients: gradients, includesAbsolute: includesAbsolute))
  }

  /// The number of floats for the gradients of all Gaussians.
  package var gradientCount: Int { splats.count * ImageGradient.count }

  @inline(__always)
  private func run<Kernel: TileKernel>(_ start: Kernel) {
    var kernel = start
    for (index, splat) in splats.enumerated() {
      kernel.begin(splat)
      var left = ~TileBlocks.Mask(0)
      repeat { kernel.blend(BlockPair(taking: &left)) } while left != 0
      kernel.end(splat, entry: index)
    }
  }
}

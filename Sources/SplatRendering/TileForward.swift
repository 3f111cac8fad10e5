package import SplatCore

/// The planes of an image, row by row; rows of all planes lie equally far apart.
package struct ImagePlanes: Sendable {
  package var red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>
  /// What is left of the light from behind the scene, 0...1.
  package var transmittance: BufferView<Float>
  /// The expected depth; empty if it is not wanted.
  package var depth: BufferView<Float>
  /// The number of floats from one row to the next.
  package var rowStride: Int

  package init(
    red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>,
    transmittance: BufferView<Float>, depth: BufferView<Float>, rowStride: Int
  ) {
    self.red = red
    self.green = green
    self.blue = blue
    self.transmittance = transmittance
    self.depth = depth
    self.rowStride = rowStride
  }
}

/// Blends the Gaussians of a tile, front to back.
struct TileForward: TileKernel {
  private enum Own {
    static let transmittance = TilePlanes.firstOwn
    static let red = transmittance + 1, green = red + 1, blue = green + 1, depth = blue + 1
  }
  static let planeCount = Own.depth + 1

  private let planes: TilePlanes
  private let includesDepth: Bool
  private let limits: Compositing.Limits
  private let originX: Float, originY: Float
  var transmittance: BufferView<Float> { planes.plane(Own.transmittance) }

  private var gaussian = Compositing.Gaussian(.none)
  private var meanX = PixelLanes.zero, meanY = PixelLanes.zero
  private var splatRed = PixelLanes.zero, splatGreen = PixelLanes.zero
  private var splatBlue = PixelLanes.zero
  private var splatDepth = PixelLanes.zero

  init(scratch: BufferView<Float>, settings: RenderSettings, blocks: TileBlocks) {
    planes = TilePlanes(values: scratch)
    includesDepth = settings.includesDepth
    limits = Compositing.Limits(settings)
    (originX, originY) = (Float(blocks.originX), Float(blocks.originY))
    scratch.slice(0..<Self.planeCount * TileBlocks.planeSize).fill(0)
    planes.fillPlaces()
    planes[Own.transmittance, TileBlocks.count * Lanes.scalarCount] = Lanes(-1)
    for block in 0..<TileBlocks.count {
      planes[Own.transmittance, block * Lanes.scalarCount] = blocks.imageBlock(block).unblended
    }
  }

  @inline(__always)
  mutating func begin(_ splat: ProjectedSplat) {
    gaussian = Compositing.Gaussian(splat)
    meanX = PixelLanes(repeating: splat.meanX - originX)
    meanY = PixelLanes(repeating: splat.meanY - originY)
    splatRed = PixelLanes(repeating: splat.red)
    splatGreen = PixelLanes(repeating: splat.green)
    splatBlue = PixelLanes(repeating: splat.blue)
    splatDepth = PixelLanes(repeating: splat.depth)
  }

  @inline(__always)
  mutating func blend(_ pair: BlockPair) {
    let blend = Compositing.forward(
      deltaX: planes[0, pair] - meanX, deltaY: planes[1, pair] - meanY, gaussian: gaussian,
      transmittance: planes[Own.transmittance, pair], limits: limits)
    planes[Own.transmittance, pair] = blend.transmittance
    planes[Own.red, pair] = planes[Own.red, pair].addingProduct(blend.weight, splatRed)
    planes[Own.green, pair] = planes[Own.green, pair].addingProduct(blend.weight, splatGreen)
    planes[Own.blue, pair] = planes[Own.blue, pair].addingProduct(blend.weight, splatBlue)
    if includesDepth {
      planes[Own.depth, pair] = planes[Own.depth, pair].addingProduct(blend.weight, splatDepth)
    }
  }

  @inline(__always)
  func end(_ splat: ProjectedSplat, entry: Int) {}

  @inline(__always)
  func skip(entry: Int) {}

  /// Puts the background behind the tile and writes it to the image.
  func write(to image: ImagePlanes, blocks: TileBlocks, background: SIMD3<Float>) {
    for block in 0..<TileBlocks.count {
      let at = blocks.imageBlock(block)
      let offset = block * Lanes.scalarCount
      let rest = planes[Own.transmittance, offset].magnitude
      func store(_ plane: Int, _ behind: Float, _ target: BufferView<Float>) {
        at.store(
          planes[plane, offset] + rest * Lanes(repeating: behind), to: target,
          rowStride: image.rowStride)
      }
      store(Own.red, background.x, image.red)
      store(Own.green, background.y, image.green)
      store(Own.blue, background.z, image.blue)
      at.store(rest, to: image.transmittance, rowStride: image.rowStride)
      if includesDepth {
        // As alpha goes to nothing the expected depth has no meaning; it is 0 there.
        let alpha = Lanes(1) - rest
        let depth = (planes[Own.depth, offset] / alpha).replaced(
          by: Lanes(0), where: alpha .<= Lanes(0))
        at.store(depth, to: image.depth, rowStride: image.rowStride)
      }
    }
  }
}

extension ProjectedSplat {
  /// A Gaussian that cannot be seen.
  static let none = ProjectedSplat(
    meanX: 0, meanY: 0, conicXX: 0, conicXY: 0, conicYY: 0, opacity: 0, red: 0, green: 0, blue: 0,
    depth: 0, extentX: 0, extentY: 0, rowExtent: 0, compensation: 0, index: 0, logOpacity: 0)
}

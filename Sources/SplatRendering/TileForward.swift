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
  private let batch: BufferView<TileGaussian>
  private let alphas: BufferView<Float>
  private let includesDepth: Bool
  private let limits: Compositing.Limits
  var transmittance: BufferView<Float> { planes.plane(Own.transmittance) }

  init(memory: TileMemory.Part, settings: RenderSettings, blocks: TileBlocks) {
    planes = memory.planes
    batch = memory.batch
    alphas = memory.alphas
    includesDepth = settings.includesDepth
    limits = Compositing.Limits(settings)
    planes.values.slice(0..<Self.planeCount * TileBlocks.planeSize).fill(0)
    planes.fillPlaces()
    for block in 0..<TileBlocks.count {
      planes[Own.transmittance, block * Lanes.scalarCount] = blocks.imageBlock(block).unblended
    }
  }

  @inline(__always)
  func prepare(place: Int) {}

  @inline(__always)
  func blend(offset: Int, hits: UInt64) {
    let (x, y) = (planes[0, offset], planes[1, offset])
    var left = hits
    var at = 0
    while left != 0 {
      let shape = batch[left.trailingZeroBitCount].shape
      left &= left &- 1
      let alpha = Compositing.opacity(
        deltaX: x - Lanes(repeating: shape.meanX), deltaY: y - Lanes(repeating: shape.meanY),
        gaussian: shape, limits: limits)
      alphas.setLanes(at, limits.limited(alpha))
      at &+= Lanes.scalarCount
    }
    var rest = Compositing.Rest(stored: planes[Own.transmittance, offset])
    var red = planes[Own.red, offset], green = planes[Own.green, offset]
    var blue = planes[Own.blue, offset], depth = planes[Own.depth, offset]
    left = hits
    at = 0
    while left != 0 {
      let gaussian = batch[left.trailingZeroBitCount]
      left &= left &- 1
      let weight = rest.blend(alphas.lanes(at), limits: limits)
      at &+= Lanes.scalarCount
      red = red.addingProduct(weight, Lanes(repeating: gaussian.red))
      green = green.addingProduct(weight, Lanes(repeating: gaussian.green))
      blue = blue.addingProduct(weight, Lanes(repeating: gaussian.blue))
      if includesDepth {
        depth = depth.addingProduct(weight, Lanes(repeating: gaussian.depth))
      }
    }
    planes[Own.transmittance, offset] = rest.stored(limits: limits)
    planes[Own.red, offset] = red
    planes[Own.green, offset] = green
    planes[Own.blue, offset] = blue
    planes[Own.depth, offset] = depth
  }

  @inline(__always)
  func finish(place: Int, entry: Int) {}

  @inline(__always)
  func skip(entry: Int) {}

  /// Puts the background behind the tile and writes it to the image.
  func write(to image: ImagePlanes, blocks: TileBlocks, background: SIMD3<Float>) {
    for block in 0..<TileBlocks.count {
      let at = blocks.imageBlock(block)
      let offset = block * Lanes.scalarCount
      let rest = planes[Own.transmittance, offset].magnitude
      @inline(__always)
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

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
  static let planeCount = 5

  let transmittance: BufferView<Float>
  private let red: BufferView<Float>, green: BufferView<Float>, blue: BufferView<Float>
  private let depth: BufferView<Float>
  private let includesDepth: Bool
  private let limits: Compositing.Limits

  private var gaussian = Compositing.Gaussian(.none)
  private var row = Compositing.Gaussian(.none).row(deltaY: 0)
  private var splatRed = Lanes(0), splatGreen = Lanes(0), splatBlue = Lanes(0)
  private var splatDepth = Lanes(0)

  init(scratch: BufferView<Float>, settings: RenderSettings, walk: TileWalk) {
    func plane(_ index: Int) -> BufferView<Float> {
      scratch.slice(index * TileWalk.planeSize..<(index + 1) * TileWalk.planeSize)
    }
    scratch.slice(0..<Self.planeCount * TileWalk.planeSize).fill(0)
    transmittance = plane(0)
    red = plane(1)
    green = plane(2)
    blue = plane(3)
    depth = plane(4)
    includesDepth = settings.includesDepth
    limits = Compositing.Limits(settings)
    walk.fillInside(transmittance, 1)
  }

  @inline(__always)
  mutating func begin(_ splat: ProjectedSplat) {
    gaussian = Compositing.Gaussian(splat)
    splatRed = Lanes(repeating: splat.red)
    splatGreen = Lanes(repeating: splat.green)
    splatBlue = Lanes(repeating: splat.blue)
    splatDepth = Lanes(repeating: splat.depth)
  }

  @inline(__always)
  mutating func beginRow(deltaY: Float) { row = gaussian.row(deltaY: deltaY) }

  @inline(__always)
  mutating func blend(offset: Int, deltaX: Lanes) {
    let blend = Compositing.forward(
      deltaX: deltaX, gaussian: gaussian, row: row, transmittance: transmittance.lanes(offset),
      limits: limits)
    transmittance.setLanes(offset, blend.transmittance)
    red.setLanes(offset, red.lanes(offset).addingProduct(blend.weight, splatRed))
    green.setLanes(offset, green.lanes(offset).addingProduct(blend.weight, splatGreen))
    blue.setLanes(offset, blue.lanes(offset).addingProduct(blend.weight, splatBlue))
    if includesDepth {
      depth.setLanes(offset, depth.lanes(offset).addingProduct(blend.weight, splatDepth))
    }
  }

  @inline(__always)
  mutating func endRow(deltaY: Float) {}

  @inline(__always)
  mutating func end(_ splat: ProjectedSplat, slot: Int) {}

  /// Puts the background behind the tile and writes it to the image.
  func write(to image: ImagePlanes, walk: TileWalk, background: SIMD3<Float>) {
    for y in 0..<walk.height {
      for x in 0..<walk.width {
        let from = y * TileWalk.stride + x
        let to = (walk.originY + y) * image.rowStride + walk.originX + x
        let rest = abs(transmittance[from])
        image.red[to] = red[from] + rest * background.x
        image.green[to] = green[from] + rest * background.y
        image.blue[to] = blue[from] + rest * background.z
        image.transmittance[to] = rest
        // As alpha goes to nothing the expected depth has no meaning; it is 0 there.
        if includesDepth { image.depth[to] = rest < 1 ? depth[from] / (1 - rest) : 0 }
      }
    }
  }
}

extension ProjectedSplat {
  /// A Gaussian that cannot be seen.
  static let none = ProjectedSplat(
    meanX: 0, meanY: 0, conicXX: 0, conicXY: 0, conicYY: 0, opacity: 0, red: 0, green: 0, blue: 0,
    depth: 0, extentX: 0, extentY: 0, rowExtent: 0, compensation: 0, index: 0, tileBound: 0)
}

import SplatCore

/// Blends the Gaussians of a tile, front to back.
struct TileForward: TileKernel {
  private enum Own {
    static let transmittance = TilePlanes.firstOwn
    static let color = transmittance + 1, depth = color + 3
  }
  /// The plane of the transmittance.
  static let transmittance = Own.transmittance

  private let memory: TileMemory.Part
  var planes: TilePlanes { memory.planes }
  private let includesDepth: Bool
  private let keepsHits: Bool
  private let limits: PixelLimits<Lanes>

  /// - Parameter keepsHits: whether a later walk uses the hits of this one.
  init(
    memory: TileMemory.Part, settings: RenderSettings, subtiles: Subtiles, keepsHits: Bool
  ) {
    self.memory = memory
    includesDepth = settings.includesDepth
    self.keepsHits = keepsHits
    limits = PixelLimits(settings)
    for subtile in 0..<Subtiles.count {
      planes[Own.transmittance, subtile] = subtiles.image(subtile).unblended
      planes[vector: Own.color, subtile] = .zero
      planes[Own.depth, subtile] = Lanes(0)
    }
  }

  @inline(__always)
  func blend(subtile: Int, hits: UInt64) -> UInt64 {
    let (memory, limits) = (memory, limits)
    // Find all opacities first: the iterations of that loop are independent of one another.
    memory.findAlphas(subtile: subtile, hits: hits, limits: limits)

    // Blend colours and depths in order.
    let before = planes[Own.transmittance, subtile]
    var transmittance = Blending.Transmittance(stored: before)
    var color = planes[vector: Own.color, subtile]
    var depth = planes[Own.depth, subtile]
    for (order, index) in SetBits(hits) {
      let gaussian = memory.batch[index]
      let weight = Blending.forward(
        alpha: PixelOpacity.limited(memory.alphas[order], limits: limits),
        transmittance: &transmittance, limits: limits)
      color = Blending.blended(color, weight: weight, color: gaussian.color)
      if includesDepth {
        depth = depth.addingProduct(weight, Lanes(repeating: gaussian.depth))
      }
    }
    let stored = transmittance.stored(limits: limits)
    planes[Own.transmittance, subtile] = stored
    planes[vector: Own.color, subtile] = color
    planes[Own.depth, subtile] = depth
    return keepsHits && !Subtiles.isAlive(stored) ? blended(hits, before: before) : hits
  }

  /// Those of the `hits` of a subtile, all of whose pixels have stopped, that came before the end.
  ///
  /// - Parameter before: the transmittance before all of them.
  @inline(never)
  private func blended(_ hits: UInt64, before: Lanes) -> UInt64 {
    var transmittance = Blending.Transmittance(stored: before)
    for (order, index) in SetBits(hits) {
      _ = Blending.forward(
        alpha: PixelOpacity.limited(memory.alphas[order], limits: limits),
        transmittance: &transmittance, limits: limits)
      if !(transmittance.product .> limits.transmittanceThreshold).isAnyTrue {
        return hits & ((1 &<< UInt64(index)) &- 1)
      }
    }
    return hits
  }

  /// Adds the background to the tile and writes it to the image.
  func write(to image: ImagePlanes, subtiles: Subtiles, background: SIMD3<Float>) {
    for subtile in 0..<Subtiles.count {
      let target = subtiles.image(subtile)
      let transmittance = planes[Own.transmittance, subtile].magnitude
      let color = planes[vector: Own.color, subtile]
      @inline(__always)
      func store(_ value: Lanes, _ background: Float, _ plane: BufferView<Float>) {
        target.store(
          value + transmittance * Lanes(repeating: background), to: plane,
          rowStride: image.rowStride)
      }
      store(color.x, background.x, image.red)
      store(color.y, background.y, image.green)
      store(color.z, background.z, image.blue)
      target.store(transmittance, to: image.transmittance, rowStride: image.rowStride)
      if includesDepth {
        target.store(planes[Own.depth, subtile], to: image.depth, rowStride: image.rowStride)
      }
    }
  }
}

import SplatCore

/// Whether a loss depends on the depth of the image.
///
/// A type instead of a value, so that the kernel for other losses has no instruction for it.
protocol DepthUse: SendableMetatype {
  static var isUsed: Bool { get }
}

/// The loss depends on the depth.
enum DepthIsUsed: DepthUse {
  static var isUsed: Bool { @inline(__always) get { true } }
}

/// The loss does not depend on the depth.
enum DepthIsUnused: DepthUse {
  static var isUsed: Bool { @inline(__always) get { false } }
}

/// The planes that ``TileBackward`` keeps.
private enum TileBackwardPlane {
  static let transmittance = TilePlanes.firstOwn
  static let suffix = transmittance + 1
  static let gradColor = suffix + 1
  static let gradDepth = gradColor + 3
}

/// Propagates the gradient of a tile's pixels back to its Gaussians, front to back.
///
/// The suffix sum of a Gaussian (see ``Blending``) is found by subtracting the parts of the
/// Gaussians in front of it from the total, so no list of what each pixel has blended is needed.
/// Sums over pixels stay in lanes until the batch is done.
struct TileBackward<Depth: DepthUse> {
  private typealias Own = TileBackwardPlane

  private let memory: TileMemory.Part
  private var planes: TilePlanes { memory.planes }
  private let subtiles: Subtiles
  private let image: ImagePlanes
  private let gradImage: ImageGradients
  private let slots: BufferView<UInt32>
  private let gradients: BufferView<ProjectedGradient>
  private let includesAbsolute: Bool
  private let limits: PixelLimits<Lanes>

  /// `gradients` has an element for each slot, and `slots` has the slot of each entry.
  init(
    memory: TileMemory.Part, settings: RenderSettings, subtiles: Subtiles, image: ImagePlanes,
    gradImage: ImageGradients, slots: BufferView<UInt32>,
    gradients: BufferView<ProjectedGradient>, includesAbsolute: Bool
  ) {
    self.memory = memory
    self.subtiles = subtiles
    self.image = image
    self.gradImage = gradImage
    self.slots = slots
    self.gradients = gradients
    self.includesAbsolute = includesAbsolute
    limits = PixelLimits(settings)
  }

  /// Prepares for a subtile, before the first Gaussian.
  @inline(__always)
  func begin(subtile: Int) {
    let source = subtiles.image(subtile)
    @inline(__always)
    func grad(_ plane: BufferView<Float>) -> Lanes {
      source.lanes(of: plane, rowStride: gradImage.rowStride)
    }
    @inline(__always)
    func pixels(_ plane: BufferView<Float>) -> Lanes {
      source.lanes(of: plane, rowStride: image.rowStride)
    }
    let gradColor = Vector3(grad(gradImage.red), grad(gradImage.green), grad(gradImage.blue))
    // The finished image contains the sum over all Gaussians and the background.
    var total = pixels(image.red) * gradColor.x
    total = total.addingProduct(pixels(image.green), gradColor.y)
    total = total.addingProduct(pixels(image.blue), gradColor.z)
    // alpha = 1 - T, and T is proportional to 1 - α of every Gaussian, as the background is.
    if gradImage.alpha.count > 0 {
      total -= pixels(image.transmittance) * grad(gradImage.alpha)
    }
    if Depth.isUsed {
      let gradDepth = grad(gradImage.depth)
      total = total.addingProduct(pixels(image.depth), gradDepth)
      planes[Own.gradDepth, subtile] = gradDepth
    }
    planes[Own.transmittance, subtile] = source.unblended
    planes[Own.suffix, subtile] = total
    planes[vector: Own.gradColor, subtile] = gradColor
  }

  /// Prepares for the Gaussian at `index` of the batch.
  @inline(__always)
  func prepare(index: Int) {
    memory.moments[index] = TileMoments()
    if Depth.isUsed { memory.depthMoments[index] = Lanes(0) }
  }

  /// Goes back through the Gaussians of the batch whose bits are set in `hits`, at a subtile.
  @inline(__always)
  func blend(subtile: Int, hits: UInt64) {
    let (memory, limits) = (memory, limits)
    // Find all opacities first, as forward does.
    memory.findAlphas(subtile: subtile, hits: hits, limits: limits)

    // Blend once more, and find the gradients of the opacities' logarithms.
    let gradColor = planes[vector: Own.gradColor, subtile]
    let gradDepth = Depth.isUsed ? planes[Own.gradDepth, subtile] : Lanes(0)
    var transmittance = Blending.Transmittance(stored: planes[Own.transmittance, subtile])
    var suffix = planes[Own.suffix, subtile]
    for (order, index) in SetBits(hits) {
      let alpha = memory.alphas[order]
      let weight = Blending.forward(
        alpha: PixelOpacity.limited(alpha, limits: limits), transmittance: &transmittance,
        limits: limits)
      var gradWeight = Blending.gradWeight(
        color: memory.batch[index].color, gradColor: gradColor)
      if Depth.isUsed {
        gradWeight = gradWeight.addingProduct(
          Lanes(repeating: memory.batch[index].depth), gradDepth)
      }
      let grad = Blending.backward(
        weight: weight, transmittance: transmittance, gradWeight: gradWeight, suffix: &suffix)
      memory.weights[order] = weight
      memory.gradAlphas[order] = PixelOpacity.limitedBackward(grad, alpha: alpha, limits: limits)
    }
    planes[Own.transmittance, subtile] = transmittance.stored(limits: limits)
    planes[Own.suffix, subtile] = suffix

    // Add to the Gaussians' sums.
    let (x, y) = (planes[TilePlanes.x, subtile], planes[TilePlanes.y, subtile])
    for (order, index) in SetBits(hits) {
      let gaussian = memory.batch[index]
      let deltaX = x - Lanes(repeating: gaussian.exponent.meanX)
      let deltaY = y - Lanes(repeating: gaussian.exponent.meanY)
      let grad = memory.gradAlphas[order]
      memory.moments[index].add(
        weight: memory.weights[order], gradColor: gradColor, grad: grad, deltaX: deltaX,
        deltaY: deltaY)
      if Depth.isUsed {
        memory.depthMoments[index] = memory.depthMoments[index]
          .addingProduct(memory.weights[order], gradDepth)
      }
      guard includesAbsolute else { continue }
      memory.moments[index].addMagnitudes(
        PixelOpacity.meanGradientMagnitudes(
          grad, deltaX: deltaX, deltaY: deltaY,
          conic: SymmetricMatrix2(repeating: gaussian.conic)))
    }
  }

  /// Sums the moments of the Gaussian at `index` of the batch over the tile.
  @inline(__always)
  func sum(index: Int) { memory.totals[index] = memory.moments[index].totals }

  /// Writes the gradient of the Gaussian at `index` of the batch, which is at `entry` of the lists;
  /// it follows from the sums.
  @inline(__always)
  func finish(index: Int, entry: Int) {
    var gradient = memory.totals[index].gradient(of: memory.batch[index])
    if Depth.isUsed { gradient.colorAndAbsolute.w = memory.depthMoments[index].total }
    gradients[Int(slots[entry])] = gradient
  }

  /// Writes the gradient of a Gaussian that reaches no subtile, or only ones that have stopped.
  @inline(__always)
  func skip(entry: Int) { gradients[Int(slots[entry])] = .zero }
}

import SplatCore
import SplatMetrics

/// What turns the model's light into that of a photo.
struct Appearance: Sendable {
  var exposure: Exposure
  /// Nil if it is not learnt.
  var grid: BilateralGrid?

  /// The gradient of what a photo has of its own.
  struct Gradient: Sendable {
    var exposure: Exposure.Gradient
    /// That of the ``BilateralGrid``; empty if there is none.
    var grid: [Float]
  }

  /// Memory for the photo in use.
  final class Memory {
    fileprivate let sums = Buffer<Float>(), alpha = Buffer<Float>()
    fileprivate let grid = BilateralGrid.Memory()
  }

  /// The background to draw the model with: ``apply(to:transmittance:background:memory:workers:)``
  /// turns it into `background`.
  func before(_ background: SIMD3<Float>) -> SIMD3<Float> { exposure.before(background) }

  /// Turns a render over ``before(_:)`` into what the photo shows.
  ///
  /// - Parameters:
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  ///   - background: What lies behind the scene in the photo.
  func apply(
    to images: ImagePair, transmittance: BufferView<Float>, background: SIMD3<Float>,
    memory: Memory, workers: Workers
  ) {
    exposure.apply(
      to: images, transmittance: transmittance, background: background, workers: workers)
    grid?.apply(
      to: images, transmittance: transmittance, background: background, memory: memory.grid,
      workers: workers)
    Saturation.apply(to: images, workers: workers)
  }

  /// Turns the gradient of the image into that of the render, and the image back into the render.
  ///
  /// - Parameters:
  ///   - gradient: A plane of height x width for each channel.
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  /// - Returns: The gradient of the parameters, and that of alpha, height x width, if the image
  ///   depends on it in other ways than the render does.
  func backward(
    _ images: ImagePair, gradient: [BufferView<Float>], transmittance: BufferView<Float>,
    background: SIMD3<Float>, memory: Memory, workers: Workers
  ) -> (parameters: Gradient, alpha: BufferView<Float>?) {
    Saturation.backward(images, gradient: gradient, workers: workers)
    let grid = grid?.backward(
      images, gradient: gradient, transmittance: transmittance, background: background,
      memory: memory.grid, workers: workers)
    var alpha = grid?.alpha
    if alpha == nil, exposure.changesWithAlpha(background: background) {
      let zeros = memory.alpha.view(count: images.render.width * images.render.height)
      zeros.fill(0)
      alpha = zeros
    }
    let exposure = exposure.backward(
      images, gradient: gradient, transmittance: transmittance, background: background,
      alpha: alpha, sums: memory.sums, workers: workers)
    return (Gradient(exposure: exposure, grid: grid?.values ?? []), alpha)
  }
}

package import SplatCore
package import SplatRendering

/// A reference renderer: double precision, pixel by pixel, every Gaussian at every pixel.
///
/// It shares no step with the fast renderer. Besides the picture it returns how much of each pixel
/// depends on decisions that single precision may make differently.
package struct ReferenceRenderer {
  package var camera: Camera
  package var settings: RenderSettings

  package init(camera: Camera, settings: RenderSettings) {
    self.camera = camera
    self.settings = settings
  }

  /// The result at a pixel.
  package struct Pixel {
    package var color = SIMD3<Double>.zero
    package var alpha = 0.0
    /// The sum of weight times camera z.
    package var accumulatedDepth = 0.0
    /// The accumulated depth divided by alpha.
    package var depth = 0.0
    /// The largest weight that rounding to single precision may move from one Gaussian to another,
    /// or to the background: by thin ellipses, the skip of faint opacities, the stop and the depth
    /// order.
    package var doubt = 0.0
  }

  /// The parameters of each Gaussian in the order of `Plane`, as doubles.
  package static func parameters(_ splats: Splats) -> [[Double]] {
    (0..<splats.count).map { index in
      (0..<Plane.count(shDegree: splats.shDegree)).map { Double(splats.parameters[$0, index]) }
    }
  }

  /// The picture of a model, row by row.
  package func render(_ splats: Splats) -> [Pixel] {
    render(Self.parameters(splats), shDegree: splats.shDegree)
  }

  /// The picture of Gaussians given by their parameters, row by row.
  package func render(_ parameters: [[Double]], shDegree: Int) -> [Pixel] {
    let seen = parameters.enumerated().compactMap { index, values in
      ReferenceGaussian(values, shDegree: shDegree, camera: camera, settings: settings)
        .map { (index, $0) }
    }
    let sorted = seen.sorted { ($0.1.depth, $0.0) < ($1.1.depth, $1.0) }.map(\.1)
    return (0..<camera.width * camera.height).map { pixel in
      blend(
        sorted,
        at: SIMD2(Double(pixel % camera.width) + 0.5, Double(pixel / camera.width) + 0.5))
    }
  }

  private func blend(_ gaussians: [ReferenceGaussian], at point: SIMD2<Double>) -> Pixel {
    let limit = Double(settings.maximumAlpha)
    let threshold = Double(settings.alphaThreshold)
    let stop = Double(settings.transmittanceThreshold)
    var pixel = Pixel()
    var transmittance = 1.0
    // Bounds of the transmittance in single precision.
    var (low, high) = (1.0, 1.0)
    var contributors: [(depth: Double, error: Double, weight: Double)] = []
    for gaussian in gaussians {
      let range = alpha(of: gaussian, at: point)
      guard min(range.high, limit) >= threshold else { continue }
      let alpha = range.value < threshold ? 0 : min(range.value, limit)
      let highest = min(range.high, limit)
      let lowest = range.low < threshold ? 0 : min(range.low, limit)
      // Weight that one Gaussian gains, those behind it lose.
      pixel.doubt += 2 * transmittance * (highest - lowest)

      let next = transmittance * (1 - alpha)
      if low * (1 - highest) <= stop, high * (1 - lowest) > stop * (1 - 1e-6), stop > 0 {
        pixel.doubt += 2 * transmittance
      }
      if alpha > 0, next <= stop { break }
      let weight = alpha * transmittance
      for other in contributors.reversed() {
        guard gaussian.depth - other.depth < other.error + gaussian.rounding.depth else { break }
        pixel.doubt += 2 * other.weight * alpha
      }
      contributors.append((gaussian.depth, gaussian.rounding.depth, weight))
      pixel.color += weight * gaussian.color
      pixel.accumulatedDepth += weight * gaussian.depth
      transmittance = next
      low *= 1 - highest
      high *= 1 - lowest
    }
    pixel.alpha = 1 - transmittance
    pixel.color += transmittance * SIMD3<Double>(settings.background)
    pixel.depth = pixel.alpha > 0 ? pixel.accumulatedDepth / pixel.alpha : 0
    return pixel
  }

  /// The opacity at a pixel before it is clamped, and its bounds in single precision.
  private func alpha(
    of gaussian: ReferenceGaussian, at point: SIMD2<Double>
  ) -> (low: Double, value: Double, high: Double) {
    let (a, b, c) = (gaussian.a, gaussian.b, gaussian.c)
    let delta = point - gaussian.mean
    let slope = SIMD2(a * delta.x + b * delta.y, b * delta.x + c * delta.y)
    let sigma = 0.5 * (delta * slope).sum()
    let steepness = (slope * slope).sum().squareRoot()
    let rounding = gaussian.rounding
    let error = rounding.shape * sigma + rounding.mean * steepness
    let relative = rounding.opacity + 1e-6
    let high = gaussian.opacity * (1 + relative) * Double.exp(-max(0, sigma - error))
    let low = gaussian.opacity * max(0, 1 - relative) * Double.exp(-sigma - error)
    return (rounding.isDoubtful ? 0 : low, gaussian.opacity * Double.exp(-sigma), high)
  }
}

import SplatCore

/// The work of an iteration, to which its time is about proportional: the pixels of its photo, and
/// ``pixelsPerSplat`` for each Gaussian.
struct IterationWork: Sendable {
  /// The mean number of pixels of a photo at full size.
  private let area: Double

  /// The work for a Gaussian, in pixels. Measured on two cores with AVX2: about 0.14 µs for a pixel
  /// and 0.42 µs for a Gaussian.
  private static let pixelsPerSplat = 3.0

  init(cameras: [Camera]) {
    let pixels = cameras.reduce(0) { $0 + $1.width * $1.height }
    area = Double(pixels) / Double(max(1, cameras.count))
  }

  /// The work with a photo downscaled by `factor`, in pixels.
  func pixels(splats: Int, factor: Int) -> Double {
    area / Double(factor * factor) + Self.pixelsPerSplat * Double(splats)
  }
}

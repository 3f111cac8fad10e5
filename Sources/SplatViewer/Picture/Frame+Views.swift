import SplatCore
import SplatPlatform

extension Frame {
  /// The number of pixels that the range of depths is taken from.
  private static let depthSamples = 4096
  /// The fraction of the pixels at either end that the range of depths leaves out, as strays.
  private static let depthTrim = 0.01
  /// The least ratio of the farthest to the nearest depth of the range.
  private static let leastDepthRatio: Float = 1.001
  /// The transmittance that is taken to be the least: what single precision leaves of 1.
  private static let leastTransmittance: Float = 1e-7

  /// The opacity as grey, height x width x 3.
  var alphaBytes: [UInt8] {
    alpha.flatMap { [UInt8](repeating: Frame.byte($0), count: 3) }
  }

  /// The depth in colours that are linear in 1 / depth, nearest brightest, and its range.
  var depthColors: (bytes: [UInt8], range: ColorRange?) {
    let step = max(1, depth.count / Self.depthSamples)
    let sample = stride(from: 0, to: depth.count, by: step)
      .map { depth[$0] }.filter { $0 > 0 && $0.isFinite }.sorted()
    guard let last = sample.last else { return (FalseColor.bytes(depth.map { _ in -1 }), nil) }
    let trim = Int(Double(sample.count) * Self.depthTrim)
    let near = sample[trim]
    let far = max(sample[sample.count - 1 - trim], min(last, near * Self.leastDepthRatio))
    let (nearest, farthest) = (1 / near, 1 / far)
    let span = max(nearest - farthest, .leastNormalMagnitude)
    let values = depth.map { $0 > 0 ? max(0, (1 / $0 - farthest) / span) : -1 }
    return (FalseColor.bytes(values), ColorRange(dark: Double(far), bright: Double(near)))
  }

  /// The number of Gaussians at each pixel, for a frame drawn with ``PictureStyle/View/count``.
  ///
  /// - Parameter alpha: the opacity that each of them has at a pixel.
  func splatCounts(alpha splatAlpha: Float) -> [Float] {
    let perSplat = 1 / logf(1 - splatAlpha)
    return alpha.map { logf(max(1 - $0, Self.leastTransmittance)) * perSplat }
  }
}

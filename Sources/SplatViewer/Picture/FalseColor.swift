import Foundation
import SplatCore

/// Colours for numbers: dark blue over green to yellow.
enum FalseColor {
  /// Every eighth of the scale "viridis" of matplotlib (van der Walt and Smith, 2015).
  private static let anchors: [SIMD3<Float>] = [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129],
    [92, 200, 99], [170, 220, 50], [253, 231, 37],
  ]

  /// 1,024 colours from one end to the other, of 3 bytes each.
  private static let table: [UInt8] = (0..<1024).flatMap { index -> [UInt8] in
    let place = Float(index) / 1023 * Float(anchors.count - 1)
    let first = min(Int(place), anchors.count - 2)
    let color = anchors[first] + (anchors[first + 1] - anchors[first]) * (place - Float(first))
    return (0..<3).map { UInt8(color[$0].rounded()) }
  }

  /// The colours of `shares` of 0...1, height x width x 3; black where a share is below 0.
  static func bytes(_ shares: [Float]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: shares.count * 3)
    for (pixel, share) in shares.enumerated() where share >= 0 {
      let entry = Int(min(share, 1) * 1023) * 3
      for channel in 0..<3 { bytes[pixel * 3 + channel] = table[entry + channel] }
    }
    return bytes
  }
}

/// The numbers at the two ends of a picture's colours.
struct ColorRange: Sendable, Equatable, Encodable {
  /// The number that is drawn darkest.
  var dark: Double
  /// The number that is drawn brightest.
  var bright: Double
}

extension Frame {
  /// The opacity as grey, height x width x 3.
  var alphaBytes: [UInt8] {
    alpha.flatMap { value -> [UInt8] in
      let grey = Frame.byte(value)
      return [grey, grey, grey]
    }
  }

  /// The depth in colours that are linear in 1 / depth, nearest brightest, and its range.
  ///
  /// The range leaves out the hundredth of the pixels at either end, among them strays.
  var depthColors: (bytes: [UInt8], range: ColorRange?) {
    let step = max(1, depth.count / 4096)
    let sample = stride(from: 0, to: depth.count, by: step)
      .map { depth[$0] }.filter { $0 > 0 && $0.isFinite }.sorted()
    guard let last = sample.last else { return (FalseColor.bytes(depth.map { _ in -1 }), nil) }
    let near = sample[sample.count / 100]
    let far = max(sample[sample.count * 99 / 100], min(last, near * 1.001))
    let (nearest, farthest) = (1 / near, 1 / far)
    let span = max(nearest - farthest, .leastNormalMagnitude)
    let shares = depth.map { $0 > 0 ? max(0, (1 / $0 - farthest) / span) : -1 }
    return (FalseColor.bytes(shares), ColorRange(dark: Double(far), bright: Double(near)))
  }

  /// The number of Gaussians at each pixel, for a frame drawn with ``PictureStyle/View/count``.
  ///
  /// - Parameter share: the share of the light that each of them took.
  func splatCounts(share: Float) -> [Float] {
    let perSplat = 1 / logf(1 - share)
    return alpha.map { logf(max(1 - $0, 1e-7)) * perSplat }
  }
}

import Foundation
package import SplatCore
import SplatRendering

/// How alike models look.
package enum PictureComparison {
  /// The PSNR in decibels of pictures of two models from the same cameras; infinite if they are
  /// equal.
  package static func psnr(_ first: Splats, _ second: Splats, from cameras: [Camera]) -> Double {
    psnr(first, from: cameras, second, from: cameras)
  }

  /// The PSNR in decibels of pictures of two models, each from cameras of its own.
  package static func psnr(
    _ first: Splats, from cameras: [Camera], _ second: Splats, from others: [Camera]
  ) -> Double {
    var sum = 0.0
    var count = 0
    for (camera, other) in zip(cameras, others) {
      let (a, b) = (picture(first, camera), picture(second, other))
      for (left, right) in [(a.red, b.red), (a.green, b.green), (a.blue, b.blue)] {
        for (x, y) in zip(left, right) {
          let difference = Double(min(max(x, 0), 1)) - Double(min(max(y, 0), 1))
          sum += difference * difference
        }
        count += left.count
      }
    }
    return -10 * log10(sum / Double(count))
  }

  private static func picture(_ splats: Splats, _ camera: Camera) -> Frame {
    var settings = RenderSettings()
    settings.isAntialiased = splats.isAntialiased
    settings.background = SIMD3(0.2, 0.4, 0.6)
    return Renderer(settings: settings).render(splats, from: camera)
  }
}

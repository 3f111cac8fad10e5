import SplatCore
import Testing

@Suite struct AreaFilterTests {
  /// The same filter in `Double`, pixel by pixel.
  private func reference(_ photo: Photo, _ width: Int, _ height: Int) -> [Double] {
    func overlap(_ tap: Int, _ target: Int, _ ratio: Double) -> Double {
      max(
        0,
        min(Double(tap + 1), Double(target + 1) * ratio) - max(Double(tap), Double(target) * ratio))
    }
    let ratio = SIMD2(
      Double(photo.width) / Double(width), Double(photo.height) / Double(height))
    let hasAlpha = photo.channels == 4
    var result: [Double] = []
    for y in 0..<height {
      for x in 0..<width {
        var sum = [0.0, 0, 0]
        var (alpha, area) = (0.0, 0.0)
        for sy in 0..<photo.height {
          for sx in 0..<photo.width {
            let weight = overlap(sx, x, ratio.x) * overlap(sy, y, ratio.y)
            let base = (sy * photo.width + sx) * photo.channels
            let opacity = hasAlpha ? Double(photo.bytes[base + 3]) : 1
            for channel in 0..<3 {
              sum[channel] += weight * opacity * Double(photo.bytes[base + channel])
            }
            alpha += weight * opacity
            area += weight
          }
        }
        result += sum.map { alpha > 0 ? $0 / alpha : 0 }
        if hasAlpha { result.append(alpha / area) }
      }
    }
    return result
  }

  @Test(arguments: [3, 4], [(1, 1), (2, 1), (5, 4), (6, 6), (7, 5), (13, 11), (12, 1)])
  func everySizeIsTheMeanOverTheArea(channels: Int, size: (width: Int, height: Int)) {
    var random = RandomSource(seed: 2, purpose: .testing)
    let bytes = (0..<13 * 11 * channels).map { _ in UInt8(random.index(below: 256)) }
    let photo = Photo(width: 13, height: 11, channels: channels, bytes: bytes)
    let small = photo.areaDownscaled(width: size.width, height: size.height)
    #expect(small.width == size.width && small.height == size.height)
    for (found, exact) in zip(small.bytes, reference(photo, size.width, size.height)) {
      #expect(abs(Double(found) - exact) <= 0.5 + 1e-4)
    }
  }

  @Test func theSameSizeIsTheSamePhoto() {
    let photo = Photo(width: 3, height: 2, channels: 4, bytes: (0..<24).map { UInt8($0 * 10) })
    #expect(photo.areaDownscaled(width: 3, height: 2) == photo)
  }

  @Test func transparentPixelsHaveNoSayInTheColor() {
    let photo = Photo(width: 2, height: 1, channels: 4, bytes: [200, 100, 50, 255, 0, 255, 0, 0])
    #expect(photo.areaDownscaled(width: 1, height: 1).bytes == [200, 100, 50, 128])
  }

  @Test func whiteStaysWhite() {
    let photo = Photo(
      width: 997, height: 601, channels: 3, bytes: [UInt8](repeating: 255, count: 997 * 601 * 3))
    #expect(photo.areaDownscaled(width: 313, height: 211).bytes.allSatisfy { $0 == 255 })
  }

  @Test(arguments: [3, 4])
  func deepPhotosKeepTheirDepth(channels: Int) {
    var random = RandomSource(seed: 8, purpose: .testing)
    let samples = (0..<30 * 20 * channels).map { _ in UInt16(random.index(below: 65536)) }
    let photo = Photo(width: 30, height: 20, channels: channels, deepSamples: samples)
    let small = photo.areaDownscaled(width: 10, height: 5)
    for pixel in 0..<50 {
      for channel in 0..<3 {
        var (sum, weight) = (0.0, 0.0)
        for y in 0..<4 {
          for x in 0..<3 {
            let base = ((pixel / 10 * 4 + y) * 30 + pixel % 10 * 3 + x) * channels
            let alpha = channels == 4 ? Double(samples[base + 3]) : 1
            sum += Double(samples[base + channel]) * alpha
            weight += alpha
          }
        }
        #expect(abs(Double(small.deepSamples[pixel * channels + channel]) - sum / weight) <= 0.6)
      }
    }
    #expect(small.bytes == small.deepSamples.map { UInt8((Double($0) / 257).rounded()) })
  }
}

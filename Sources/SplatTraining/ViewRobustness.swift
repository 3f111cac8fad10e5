public import SplatCore
import SplatMetrics
public import SplatRendering

/// How a view of a model looks in ways that the photos do not check: over another background, and
/// at other sizes.
///
/// A model that is right only on the background and at the size that it was trained with has holes
/// in its surfaces, or Gaussians of less than a pixel.
public struct ViewRobustness: Sendable {
  /// The mean of 1 - alpha over the pixels that count and that the photo shows as opaque, 0...1.
  public var seeThrough: Double
  /// The PSNR against the photo over ``RobustnessMeter/otherBackground``, in decibels.
  public var otherBackgroundPSNR: Double
  /// The PSNR of a render at half the width and height against the photo brought down to it.
  public var halfSizePSNR: Double
  /// The PSNR of a render at twice the width and height, averaged over 2 x 2 pixels, against the
  /// render itself.
  public var doubleSizePSNR: Double
}

/// Measures ``ViewRobustness``.
public final class RobustnessMeter {
  private let renderer: Renderer
  private let meter: QualityMeter
  private let otherMeter: QualityMeter
  /// The second background, display values: white, or black where the first one is nearer to white.
  public let otherBackground: SIMD3<Float>

  /// Creates a meter whose renders have `settings`.
  public init(settings: RenderSettings) {
    renderer = Renderer(settings: settings)
    meter = QualityMeter(settings: settings)
    otherBackground = SIMD3(repeating: settings.background.sum() > 1.5 ? 0 : 1)
    var other = settings
    other.background = otherBackground
    otherMeter = QualityMeter(settings: other)
  }

  /// Measures a view.
  ///
  /// - Parameters:
  ///   - view: The camera and its photo.
  ///   - frame: The render of `splats` from the view's camera, with the meter's settings.
  ///   - splats: The model.
  public func measure(_ view: TrainingView, frame: Frame, splats: Splats) -> ViewRobustness {
    let other = frame.over(otherBackground - renderer.settings.background)
    let double = renderer.render(
      splats, from: view.camera.resized(width: 2 * frame.width, height: 2 * frame.height))
    return ViewRobustness(
      seeThrough: Self.seeThrough(frame, view),
      otherBackgroundPSNR: otherMeter.quality(of: other, view: view).psnr,
      halfSizePSNR: meter.quality(of: [view.downscaled(by: 2)], splats: splats)[0].psnr,
      doubleSizePSNR: PSNR.decibels(squaredError: Self.squaredError(of: double, against: frame)))
  }

  private static func seeThrough(_ frame: Frame, _ view: TrainingView) -> Double {
    let photo = view.photo
    var (sum, weights) = (0.0, 0.0)
    for pixel in 0..<frame.alpha.count where view.mask?[pixel] != 0 {
      let weight = photo.channels == 4 ? Double(photo.bytes[pixel * 4 + 3]) / 255 : 1
      sum += weight * (1 - Double(frame.alpha[pixel]))
      weights += weight
    }
    return weights > 0 ? sum / weights : 0
  }

  /// The mean of squared differences between a frame of twice the size, averaged over 2 x 2
  /// pixels, and `frame`; both are clamped to 0...1.
  private static func squaredError(of double: Frame, against frame: Frame) -> Double {
    func clamped(_ value: Float) -> Double { Double(min(max(value, 0), 1)) }
    var sum = 0.0
    for (large, small) in [
      (double.red, frame.red), (double.green, frame.green), (double.blue, frame.blue),
    ] {
      for y in 0..<frame.height {
        for x in 0..<frame.width {
          let corner = 2 * y * double.width + 2 * x
          let mean =
            (clamped(large[corner]) + clamped(large[corner + 1])
              + clamped(large[corner + double.width]) + clamped(large[corner + double.width + 1]))
            / 4
          let error = mean - clamped(small[y * frame.width + x])
          sum += error * error
        }
      }
    }
    return sum / Double(max(1, 3 * frame.width * frame.height))
  }
}

extension Frame {
  /// The frame over another background, which differs by `change` from the one that it was drawn
  /// over.
  fileprivate func over(_ change: SIMD3<Float>) -> Frame {
    var result = self
    for pixel in 0..<alpha.count {
      let transmittance = 1 - alpha[pixel]
      result.red[pixel] += transmittance * change.x
      result.green[pixel] += transmittance * change.y
      result.blue[pixel] += transmittance * change.z
    }
    return result
  }
}

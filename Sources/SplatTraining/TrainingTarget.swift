import SplatCore
import SplatMetrics

/// A photo in the form that the loss takes.
struct TrainingTarget {
  /// Writes `photo` over `background` to the planes; pixels that the mask leaves out become 0.
  static func fill(
    _ planes: PhotometricLoss.Planes, from view: TrainingView, background: SIMD3<Float>,
    workers: Workers
  ) {
    let photo = view.photo
    if photo.deepSamples.isEmpty {
      fill(planes, from: photo.bytes, of: photo, background: background, workers: workers)
    } else {
      fill(planes, from: photo.deepSamples, of: photo, background: background, workers: workers)
    }
  }

  private static func fill<Sample: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ planes: PhotometricLoss.Planes, from samples: [Sample], of photo: Photo,
    background: SIMD3<Float>, workers: Workers
  ) {
    let (width, channels) = (photo.width, photo.channels)
    let scale = 1 / Float(Sample.max)
    samples.withReadOnlyView { samples in
      workers.forEachRange(photo.height, size: 32) { rows, _ in
        for y in rows {
          for channel in 0..<3 {
            let to = planes.rowStart(channel: channel, y)
            let from = y * width * channels + channel
            for x in 0..<width {
              planes.values[to + x] = Float(samples[from + x * channels]) * scale
            }
          }
          if channels == 4 {
            for x in 0..<width {
              let alpha = Float(samples[(y * width + x) * 4 + 3]) * scale
              for channel in 0..<3 {
                let at = planes.rowStart(channel: channel, y) + x
                planes.values[at] = planes.values[at] * alpha + background[channel] * (1 - alpha)
              }
            }
          }
        }
      }
    }
  }

  /// Sets the pixels that the mask leaves out to 0.
  static func apply(
    mask: BufferView<Float>, to planes: PhotometricLoss.Planes, workers: Workers
  ) {
    guard mask.count > 0 else { return }
    workers.forEachRange(planes.height, size: 32) { rows, _ in
      for y in rows {
        for channel in 0..<3 {
          let start = planes.rowStart(channel: channel, y)
          for x in 0..<planes.width { planes.values[start + x] *= mask[y * planes.width + x] }
        }
      }
    }
  }
}

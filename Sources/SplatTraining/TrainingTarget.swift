import SplatCore
import SplatMetrics

/// A photo in the form that the loss takes, with room for a render.
///
/// It owns the memory of both, which the next photo reuses.
final class TrainingTarget {
  private let render = PaddedBuffer()
  private let photo = PaddedBuffer()
  private let mask = Buffer<Float>()

  /// The photo of `view`, over `background` where it is transparent, with its mask.
  ///
  /// The caller writes the render; then ``ImagePair/applyMask(workers:)`` clears what the mask
  /// leaves out.
  func images(for view: TrainingView, background: SIMD3<Float>, workers: Workers) -> ImagePair {
    let (width, height) = (view.camera.width, view.camera.height)
    let images = ImagePair(
      render: render.planes(width: width, height: height),
      photo: photo.planes(width: width, height: height),
      mask: mask.view(count: view.mask == nil ? 0 : width * height))
    for pixel in 0..<images.mask.count { images.mask[pixel] = view.mask?[pixel] == 0 ? 0 : 1 }
    if view.photo.deepSamples.isEmpty {
      Self.fill(
        images.photo, from: view.photo.bytes, of: view.photo, background: background,
        workers: workers)
    } else {
      Self.fill(
        images.photo, from: view.photo.deepSamples, of: view.photo, background: background,
        workers: workers)
    }
    return images
  }

  private static func fill<Sample: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ planes: PaddedPlanes, from samples: [Sample], of photo: Photo, background: SIMD3<Float>,
    workers: Workers
  ) {
    let (width, channels) = (photo.width, photo.channels)
    let scale = 1 / Float(Sample.max)
    samples.withReadOnlyView { samples in
      workers.forEachRange(photo.height, size: 32) { rows, _ in
        for y in rows {
          for channel in ImagePair.colors {
            let to = planes.rowStart(channel: channel, y)
            let from = y * width * channels + channel
            for x in 0..<width {
              planes.values[to + x] = Float(samples[from + x * channels]) * scale
            }
          }
          guard channels == 4 else { continue }
          for x in 0..<width {
            let alpha = Float(samples[(y * width + x) * 4 + 3]) * scale
            for channel in ImagePair.colors {
              let at = planes.rowStart(channel: channel, y) + x
              planes.values[at] = planes.values[at] * alpha + background[channel] * (1 - alpha)
            }
          }
        }
      }
    }
  }
}

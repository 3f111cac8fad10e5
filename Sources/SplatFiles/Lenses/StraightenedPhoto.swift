import SplatCore

/// A photo resampled as a camera without distortion would have taken it.
struct StraightenedPhoto {
  /// The photo, of the size of the camera.
  let photo: Photo
  /// height x width, 0 where the lens saw nothing; nil if it saw every pixel.
  let coverage: [UInt8]?

  /// Resamples `source`, which `lens` took, for `camera`: bilinearly between the centres of pixels, with
  /// colours weighted by alpha.
  init(_ source: Photo, lens: PhotoLens, camera: Camera) {
    precondition(source.width == lens.width && source.height == lens.height)
    let (width, height, channels) = (camera.width, camera.height, source.channels)
    if source.deepSamples.isEmpty {
      let (samples, coverage) = Self.resample(source.bytes, source, lens, camera)
      photo = Photo(width: width, height: height, channels: channels, bytes: samples)
      self.coverage = coverage
    } else {
      let (samples, coverage) = Self.resample(source.deepSamples, source, lens, camera)
      photo = Photo(width: width, height: height, channels: channels, deepSamples: samples)
      self.coverage = coverage
    }
  }

  private static func resample<
    Sample: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable
  >(_ samples: [Sample], _ source: Photo, _ lens: PhotoLens, _ camera: Camera)
    -> (samples: [Sample], coverage: [UInt8]?)
  {
    let (width, height, channels) = (camera.width, camera.height, source.channels)
    var coverage = [UInt8](repeating: 1, count: width * height)
    var isCovered = true
    var result = [Sample](repeating: 0, count: width * height * channels)
    let sampler = BilinearSampler(width: source.width, height: source.height, channels: channels)
    samples.withReadOnlyView { from in
      result.withView { to in
        for y in 0..<height {
          for x in 0..<width {
            let pixel = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
            let point = (pixel - camera.principalPoint) / camera.focalLength
            let target = y * width + x
            if let place = lens.pixel(of: point), sampler.holds(place) {
              sampler.sample(from, at: place, into: to, at: target * channels)
            } else {
              coverage[target] = 0
              isCovered = false
            }
          }
        }
      }
    }
    return (result, isCovered ? nil : coverage)
  }
}

/// Colours between the centres of a photo's pixels.
private struct BilinearSampler {
  let width: Int
  let height: Int
  let channels: Int

  /// Whether `place`, in pixels, lies in the photo.
  func holds(_ place: SIMD2<Double>) -> Bool {
    place.x >= 0 && place.y >= 0 && place.x <= Double(width) && place.y <= Double(height)
  }

  /// Writes the colour of `source` at `place` to `target` from `index` on.
  @inline(__always)
  func sample<Sample: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
    _ source: BufferView<Sample>, at place: SIMD2<Double>, into target: BufferView<Sample>,
    at index: Int
  ) {
    // Half a pixel from the border the border's own colour goes on.
    let x = min(max(place.x - 0.5, 0), Double(width - 1))
    let y = min(max(place.y - 0.5, 0), Double(height - 1))
    let (column, row) = (min(Int(x), max(0, width - 2)), min(Int(y), max(0, height - 2)))
    let (right, below) = (Float(x - Double(column)), Float(y - Double(row)))
    let first = (row * width + column) * channels
    let across = width > 1 ? channels : 0
    let down = height > 1 ? width * channels : 0
    let corners = SIMD4(first, first + across, first + down, first + down + across)
    var weights = SIMD4(
      (1 - right) * (1 - below), right * (1 - below), (1 - right) * below, right * below)
    func mean(_ channel: Int) -> Float {
      var sum: Float = 0
      for corner in 0..<4 { sum += weights[corner] * Float(source[corners[corner] + channel]) }
      return sum
    }
    if channels == 4 {
      let alpha = mean(3)
      target[index + 3] = Sample(alpha + 0.5)
      guard alpha > 0 else { return }
      for corner in 0..<4 { weights[corner] *= Float(source[corners[corner] + 3]) / alpha }
    }
    for channel in 0..<3 {
      target[index + channel] = Sample(min(mean(channel) + 0.5, Float(Sample.max)))
    }
  }
}

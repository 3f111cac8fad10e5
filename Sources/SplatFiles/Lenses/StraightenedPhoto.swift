import SplatCore

/// A photo resampled as a camera without distortion would have taken it.
struct StraightenedPhoto {
  /// The photo, of the size of the camera.
  let photo: Photo
  /// height x width, 0 where the lens saw nothing; nil if it saw every pixel.
  let coverage: [UInt8]?

  /// Resamples `source`, which `lens` took, for `camera`: bilinearly between the centres of pixels,
  /// with colours weighted by alpha.
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
    let sampler = BilinearSampler(
      width: source.width, height: source.height, channels: channels,
      isRing: lens.distortion.isPanorama)
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

import SplatCore

/// Colours between the centres of a photo's pixels.
struct BilinearSampler {
  let width: Int
  let height: Int
  let channels: Int
  /// Whether the last column of pixels lies beside the first, as in a panorama.
  var isRing = false

  /// Whether `place`, in pixels, lies in the photo.
  func holds(_ place: SIMD2<Double>) -> Bool {
    // A panorama has every direction, whatever is lost to rounding at its borders.
    isRing
      || place.x >= 0 && place.y >= 0 && place.x <= Double(width) && place.y <= Double(height)
  }

  /// Writes the colour of `source` at `place` to `target` from `index` on.
  @inline(__always)
  func sample<Sample: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
    _ source: BufferView<Sample>, at place: SIMD2<Double>, into target: BufferView<Sample>,
    at index: Int
  ) {
    // Within half a pixel of the border, the colour is the border's, unless it goes on behind it.
    var x = min(max(place.x - 0.5, 0), Double(width - 1))
    let y = min(max(place.y - 0.5, 0), Double(height - 1))
    var (column, row) = (min(Int(x), max(0, width - 2)), min(Int(y), max(0, height - 2)))
    var across = width > 1 ? channels : 0
    if isRing, place.x < 0.5 || place.x > Double(width) - 0.5 {
      column = width - 1
      x = place.x < 0.5 ? place.x - 0.5 + Double(width) : place.x - 0.5
      across = -column * channels
    }
    let (right, below) = (Float(x - Double(column)), Float(y - Double(row)))
    let first = (row * width + column) * channels
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

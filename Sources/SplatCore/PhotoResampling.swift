extension Photo {
  /// The photo at a smaller size: each new pixel is the mean over the area that it covers.
  ///
  /// Colours are weighted by alpha. The result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - newWidth: 1...``width``.
  ///   - newHeight: 1...``height``.
  /// - Returns: a photo with the same channels.
  public func areaDownscaled(width newWidth: Int, height newHeight: Int) -> Photo {
    areaDownscaled(
      width: newWidth, height: newHeight, extent: SIMD2(Double(width), Double(height)))
  }

  /// Like ``areaDownscaled(width:height:)``, for the part that extends `extent` pixels from the top
  /// left corner; it may end inside the last column and row.
  package func areaDownscaled(width newWidth: Int, height newHeight: Int, extent: SIMD2<Double>)
    -> Photo
  {
    precondition((1...width).contains(newWidth) && (1...height).contains(newHeight))
    precondition(extent.x > Double(width) - 1 && extent.x <= Double(width))
    precondition(extent.y > Double(height) - 1 && extent.y <= Double(height))
    let isWhole = extent == SIMD2(Double(width), Double(height))
    guard newWidth != width || newHeight != height || !isWhole else { return self }
    let filter = AreaFilter(
      width: width, channels: channels, columns: AreaTaps(source: extent.x, target: newWidth),
      rows: AreaTaps(source: extent.y, target: newHeight),
      area: Float(extent.x / Double(newWidth) * (extent.y / Double(newHeight))))
    guard deepSamples.isEmpty else {
      return Photo(
        width: newWidth, height: newHeight, channels: channels,
        deepSamples: filter.apply(to: deepSamples))
    }
    return Photo(
      width: newWidth, height: newHeight, channels: channels, bytes: filter.apply(to: bytes))
  }
}

/// Averages a picture over the pixels of a smaller one.
private struct AreaFilter {
  /// The number of pixels in a row of the larger picture.
  let width: Int
  let channels: Int
  let columns: AreaTaps
  let rows: AreaTaps
  /// How many pixels of the larger picture one of the smaller covers.
  let area: Float

  func apply<Sample: FixedWidthInteger & SIMDScalar & BitwiseCopyable & Sendable>(
    to samples: [Sample]
  ) -> [Sample] {
    let rowLength = columns.count * channels
    var narrow = [Float](repeating: 0, count: rowLength)
    var sum = [Float](repeating: 0, count: rowLength)
    var result = [Sample](repeating: 0, count: rows.count * rowLength)
    // A row on the border between two new rows contributes to both and is narrowed once.
    var narrowed = -1
    samples.withReadOnlyView { source in
      narrow.withView { narrow in
        sum.withView { sum in
          result.withView { result in
            for target in 0..<rows.count {
              // Narrow the rows under a new row, and add them up.
              sum.fill(0)
              for tap in rows.range(target) {
                if tap != narrowed {
                  let row = source.slice(tap * width * channels..<(tap + 1) * width * channels)
                  if channels == 4 {
                    columns.narrowPremultiplied(row, into: narrow)
                  } else {
                    columns.narrowOpaque(row, into: narrow)
                  }
                  narrowed = tap
                }
                let weight = rows.weight(tap, of: target)
                for index in 0..<rowLength { sum[index] = sum[index] + narrow[index] * weight }
              }
              // Turn the sums into samples.
              let row = result.slice(target * rowLength..<(target + 1) * rowLength)
              if channels == 4 {
                storeStraight(sum, into: row)
              } else {
                for index in 0..<rowLength { row[index] = Self.rounded(sum[index] / area) }
              }
            }
          }
        }
      }
    }
    return result
  }

  /// Divides the sums of colour times alpha by those of alpha.
  private func storeStraight<Sample: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ sum: BufferView<Float>, into row: BufferView<Sample>
  ) {
    for pixel in stride(from: 0, to: sum.count, by: 4) {
      let alpha = sum[pixel + 3]
      row[pixel + 3] = Self.rounded(alpha / area)
      guard alpha > 0 else { continue }
      for channel in 0..<3 { row[pixel + channel] = Self.rounded(sum[pixel + channel] / alpha) }
    }
  }

  @inline(__always)
  private static func rounded<Sample: FixedWidthInteger>(_ value: Float) -> Sample {
    Sample(min(Float(Sample.max), value + 0.5))
  }
}

/// Which pixels of a line each pixel of a shorter line covers, and how much of them.
private struct AreaTaps {
  private let bounds: [Double]

  init(source: Double, target: Int) {
    bounds = (0...target).map { $0 == target ? source : Double($0) * source / Double(target) }
  }

  /// The number of pixels of the shorter line.
  var count: Int { bounds.count - 1 }

  func range(_ target: Int) -> Range<Int> {
    Int(bounds[target])..<max(Int(bounds[target]) + 1, Int(bounds[target + 1].rounded(.up)))
  }

  @inline(__always)
  func weight(_ tap: Int, of target: Int) -> Float {
    let overlap = min(bounds[target + 1], Double(tap + 1)) - max(bounds[target], Double(tap))
    return Float(max(0, overlap))
  }

  func narrowOpaque<Sample: FixedWidthInteger & SIMDScalar & BitwiseCopyable & Sendable>(
    _ row: BufferView<Sample>, into narrow: BufferView<Float>
  ) {
    for target in 0..<count {
      var sum = SIMD4<Float>()
      for tap in range(target) {
        let pixel = SIMD4<Sample>(row[tap * 3], row[tap * 3 + 1], row[tap * 3 + 2], 0)
        sum += SIMD4<Float>(pixel) * weight(tap, of: target)
      }
      for channel in 0..<3 { narrow[target * 3 + channel] = sum[channel] }
    }
  }

  /// The sums of colour times alpha, with alpha itself last.
  func narrowPremultiplied<Sample: FixedWidthInteger & SIMDScalar & BitwiseCopyable & Sendable>(
    _ row: BufferView<Sample>, into narrow: BufferView<Float>
  ) {
    for target in 0..<count {
      var sum = SIMD4<Float>()
      for tap in range(target) {
        let base = tap * 4
        let pixel = SIMD4<Sample>(row[base], row[base + 1], row[base + 2], 1)
        sum += SIMD4<Float>(pixel) * (Float(row[base + 3]) * weight(tap, of: target))
      }
      for channel in 0..<4 { narrow[target * 4 + channel] = sum[channel] }
    }
  }
}

extension Photo {
  /// The photo at a smaller size, each pixel the mean of the area that it covers.
  ///
  /// Colours are weighted by alpha where there is one. Sums are integers or have a fixed order, so the
  /// result is one and the same everywhere.
  public func areaDownscaled(width newWidth: Int, height newHeight: Int) -> Photo {
    precondition(
      (1...width).contains(newWidth) && (1...height).contains(newHeight),
      "the new size is not larger than the old one")
    let columns = Coverage(from: width, to: newWidth)
    let rows = Coverage(from: height, to: newHeight)
    var result = [UInt8](repeating: 0, count: newWidth * newHeight * channels)
    var sums = [Float](repeating: 0, count: width * channels)
    for y in 0..<newHeight {
      sumRows(rows, y, into: &sums)
      for x in 0..<newWidth {
        var total = SIMD4<Float>.zero
        for (index, source) in columns.sources(x).enumerated() {
          let weight = columns.weight(x, index)
          for channel in 0..<channels { total[channel] += weight * sums[source * channels + channel] }
        }
        if channels == 4, total.w > 0 {
          let alpha = total.w
          total *= 255 / alpha
          total.w = alpha
        }
        for channel in 0..<channels {
          let at = (y * newWidth + x) * channels + channel
          result[at] = UInt8(min(max(total[channel] + 0.5, 0), 255))
        }
      }
    }
    return Photo(width: newWidth, height: newHeight, channels: channels, bytes: result)
  }

  /// Sums the rows that make up the new row `y`; colours are multiplied by alpha.
  private func sumRows(_ rows: Coverage, _ y: Int, into sums: inout [Float]) {
    for index in sums.indices { sums[index] = 0 }
    for (index, source) in rows.sources(y).enumerated() {
      let weight = rows.weight(y, index)
      let start = source * width * channels
      if channels == 3 {
        for index in 0..<width * 3 { sums[index] += weight * Float(bytes[start + index]) }
      } else {
        for x in 0..<width {
          let alpha = weight * Float(bytes[start + x * 4 + 3])
          for channel in 0..<3 {
            sums[x * 4 + channel] += alpha * Float(bytes[start + x * 4 + channel]) / 255
          }
          sums[x * 4 + 3] += alpha
        }
      }
    }
  }
}

/// Which old pixels a new pixel covers along one axis, and by which shares of the new one.
private struct Coverage {
  private let ratio: Double
  private let count: Int

  init(from old: Int, to new: Int) {
    ratio = Double(old) / Double(new)
    count = old
  }

  func sources(_ new: Int) -> Range<Int> {
    let end = Int((Double(new + 1) * ratio).rounded(.up))
    return Int(Double(new) * ratio)..<min(end, count)
  }

  func weight(_ new: Int, _ index: Int) -> Float {
    let old = sources(new).lowerBound + index
    let low = max(Double(old), Double(new) * ratio)
    let high = min(Double(old + 1), Double(new + 1) * ratio)
    return Float(max(0, high - low) / ratio)
  }
}

import SplatCore
import SplatFiles

/// The points that the page draws over the picture.
enum OverlayPoints {
  /// More would make the page slow.
  private static let most = 20_000

  /// An even choice of `points` or, if there are none, of the means of `splats`.
  static func chosen(from points: [SIMD3<Float>], or splats: Splats) -> [SIMD3<Float>] {
    let count = points.isEmpty ? splats.count : points.count
    let chosen = min(count, most)
    return (0..<chosen).map { index in
      let place = index * count / chosen
      return points.isEmpty ? mean(place, of: splats) : points[place]
    }
  }

  private static func mean(_ index: Int, of splats: Splats) -> SIMD3<Float> {
    let parameters = splats.parameters
    return SIMD3(
      parameters[Plane.means, index], parameters[Plane.means + 1, index],
      parameters[Plane.means + 2, index])
  }

  /// x, y and z of each point, 4 bytes each, least first.
  static func bytes(_ points: [SIMD3<Float>]) -> [UInt8] {
    var out = LittleEndianBytes()
    out.bytes.reserveCapacity(points.count * 12)
    for point in points {
      for axis in 0..<3 { out.append(point[axis].bitPattern) }
    }
    return out.bytes
  }
}

extension Photo {
  /// The photo over a background of display values, with 3 channels.
  func over(_ background: SIMD3<Float>) -> Photo {
    guard channels == 4 else { return self }
    var opaque = [UInt8](repeating: 0, count: width * height * 3)
    for pixel in 0..<width * height {
      let alpha = Float(bytes[pixel * 4 + 3]) / 255
      for channel in 0..<3 {
        let value = Float(bytes[pixel * 4 + channel]) / 255
        opaque[pixel * 3 + channel] = Frame.byte(
          value * alpha + background[channel] * (1 - alpha))
      }
    }
    return Photo(width: width, height: height, channels: 3, bytes: opaque)
  }
}

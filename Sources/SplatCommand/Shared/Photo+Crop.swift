import SplatCore

extension Photo {
  /// The most pixels of a side that are cut off to compare two images, and the part of the side.
  private static let mostCut = 16
  private static let cutPart = 20

  /// The size to which images of these sizes are cut to compare them; nothing if they differ by
  /// more than programs do that straighten photos.
  static func commonSize(_ sizes: [SIMD2<Int>]) -> SIMD2<Int>? {
    guard let first = sizes.first else { return nil }
    let low = sizes.reduce(first) { SIMD2(min($0.x, $1.x), min($0.y, $1.y)) }
    let high = sizes.reduce(first) { SIMD2(max($0.x, $1.x), max($0.y, $1.y)) }
    for side in 0..<2
    where high[side] - low[side] > min(mostCut, max(2, high[side] / cutPart)) {
      return nil
    }
    return low
  }

  /// The middle of the photo, at a size that is not larger than its own; 8 bits a sample.
  func middle(_ size: SIMD2<Int>) -> Photo {
    guard size != SIMD2(width, height) else { return self }
    let left = (width - size.x) / 2
    let top = (height - size.y) / 2
    var cut: [UInt8] = []
    cut.reserveCapacity(size.x * size.y * channels)
    for y in top..<top + size.y {
      let start = (y * width + left) * channels
      cut += bytes[start..<start + size.x * channels]
    }
    return Photo(width: size.x, height: size.y, channels: channels, bytes: cut)
  }
}

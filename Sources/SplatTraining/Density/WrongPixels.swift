import SplatCore
import SplatMetrics

/// The pixels of a render that differ much from the photo, after the view score of the FastGS
/// project (2025).
enum WrongPixels {
  /// Writes 1 for the wrong pixels and 0 for others, height x width.
  ///
  /// A pixel is wrong if its error, the sum of |x - y| over its channels, is larger than `level`
  /// times the mean of that over the pixels that count. FastGS compares with a share of the largest
  /// error instead, which a highlight or a visitor can dominate.
  static func mark(_ marks: BufferView<Float>, in images: ImagePair, level: Float) {
    let (render, photo) = (images.render, images.photo)
    let width = render.width
    var sum = 0.0
    for y in 0..<render.height {
      let row = marks.slice(y * width..<(y + 1) * width)
      row.fill(0)
      for channel in ImagePair.colors {
        let start = render.rowStart(channel: channel, y)
        for x in 0..<width {
          row[x] += abs(render.values[start + x] - photo.values[start + x])
        }
      }
      for x in 0..<width { sum += Double(row[x]) }
    }
    let limit = level * Float(sum / Double(max(1, CountedPixels(images).count)))
    for pixel in 0..<marks.count { marks[pixel] = marks[pixel] > limit ? 1 : 0 }
  }
}

import SplatCore
import SplatMetrics

/// Which pixels of a render are far from the photo (the FastGS project, 2025, its score of views).
enum WrongPixels {
  /// Writes 1 for the wrong pixels and 0 for others, height x width.
  ///
  /// A pixel is wrong if its error, the mean absolute difference of its channels, is beyond `level` of the way
  /// from the least error of the image to the largest.
  static func mark(
    _ marks: BufferView<Float>, render: PhotometricLoss.Planes, photo: PhotometricLoss.Planes,
    level: Float
  ) {
    let width = render.width
    var (least, most) = (Float.infinity, -Float.infinity)
    for y in 0..<render.height {
      marks.slice(y * width..<(y + 1) * width).fill(0)
      for channel in 0..<3 {
        let start = render.rowStart(channel: channel, y)
        for x in 0..<width {
          marks[y * width + x] += abs(render.values[start + x] - photo.values[start + x]) / 3
        }
      }
      for x in 0..<width {
        least = min(least, marks[y * width + x])
        most = max(most, marks[y * width + x])
      }
    }
    let limit = least + level * (most - least)
    for pixel in 0..<marks.count { marks[pixel] = marks[pixel] > limit ? 1 : 0 }
  }
}

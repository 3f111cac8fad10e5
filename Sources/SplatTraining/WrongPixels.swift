import SplatCore
import SplatMetrics

/// Which pixels of a render are far from the photo (after the FastGS project, 2025, its score of
/// views).
enum WrongPixels {
  /// Writes 1 for the wrong pixels and 0 for others, height x width.
  ///
  /// A pixel is wrong if its error, the mean absolute difference of its channels, is larger than
  /// `level` times their mean. A share of the largest error, as FastGS has it, would be that of a
  /// highlight or of whoever walks by.
  ///
  /// - Parameter mask: As the loss takes it; pixels that are left out are 0 in both images.
  static func mark(
    _ marks: BufferView<Float>, render: PhotometricLoss.Planes, photo: PhotometricLoss.Planes,
    mask: BufferView<Float>, level: Float
  ) {
    let width = render.width
    var sum = 0.0
    for y in 0..<render.height {
      let row = marks.slice(y * width..<(y + 1) * width)
      row.fill(0)
      for channel in 0..<3 {
        let start = render.rowStart(channel: channel, y)
        for x in 0..<width {
          row[x] += abs(render.values[start + x] - photo.values[start + x])
        }
      }
      for x in 0..<width { sum += Double(row[x]) }
    }
    let counted = PhotometricLoss.keptPixels(mask, of: marks.count)
    let limit = level * Float(sum / Double(max(1, counted)))
    for pixel in 0..<marks.count { marks[pixel] = marks[pixel] > limit ? 1 : 0 }
  }
}

import SplatCore
import SplatMetrics

/// Weights of the parts of a photo: small where the model does not fit it.
///
/// What moved between the photos differs from the model over an area, while an edge that is not
/// sharp yet is too bright on one side and too dark on the other. So the error of a part is that of
/// its mean colour. Parts are square cells, and each is looked at together with its neighbours
/// (Sabour et al., "RobustNeRF", 2023, who weight by neighbourhoods too). A cell whose error is
/// `level` times the median of the photo has half the weight, and larger errors soon have none.
struct RobustWeights: Sendable {
  /// The number of cells in a row.
  private let columns: Int
  /// The side of a cell, in pixels.
  private let size: Int
  /// Row by row.
  private let weights: [Float]

  /// The number of cells along the shorter side of a photo.
  private static let cellsAcross = 48
  /// The median counts as at least this, so that photos which fit almost everywhere have no sharp
  /// limit.
  private static let smallestMedian: Float = 1 / 255

  /// The weights of a photo that is compared with its render.
  init(_ images: ImagePair, level: Float, workers: Workers) {
    let (width, height) = (images.render.width, images.render.height)
    let size = max(2, min(width, height) / Self.cellsAcross)
    let (columns, rows) = ((width + size - 1) / size, (height + size - 1) / size)
    (self.columns, self.size) = (columns, size)
    // The sum of the differences over each cell, and the number of its pixels that count.
    var sums = [SIMD4<Float>](repeating: .zero, count: columns * rows)
    sums.withView { sums in
      workers.forEach(rows) { row, _ in
        for y in row * size..<min(height, (row + 1) * size) {
          for x in 0..<width {
            sums[row * columns + x / size] += Self.difference(images, x, y)
          }
        }
      }
    }
    // The error of each cell with its neighbours: 1 2 1 along rows and columns.
    let errors = (0..<columns * rows).map { cell -> Float in
      var sum = SIMD4<Float>.zero
      let (column, row) = (cell % columns, cell / columns)
      for y in max(0, row - 1)...min(rows - 1, row + 1) {
        for x in max(0, column - 1)...min(columns - 1, column + 1) {
          let weight: Float = (x == column ? 2 : 1) * (y == row ? 2 : 1)
          sum += sums[y * columns + x] * weight
        }
      }
      return (abs(sum.x) + abs(sum.y) + abs(sum.z)) / max(1, sum.w)
    }
    let counted = errors.indices.filter { sums[$0].w > 0 }.map { errors[$0] }.sorted()
    let median = counted.isEmpty ? 0 : counted[counted.count / 2]
    let scale = 1 / (level * max(median, Self.smallestMedian))
    weights = errors.map { Self.weight($0 * scale) }
  }

  /// The weight of an error in units of that with half the weight.
  private static func weight(_ error: Float) -> Float {
    let square = error * error
    return 1 / (1 + square * square)
  }

  /// The difference of a pixel in each channel, and 1 if it counts.
  @inline(__always)
  private static func difference(_ images: ImagePair, _ x: Int, _ y: Int) -> SIMD4<Float> {
    let (render, photo) = (images.render, images.photo)
    func difference(_ channel: Int) -> Float {
      let place = render.rowStart(channel: channel, y) + x
      return render.values[place] - photo.values[place]
    }
    let counts = images.mask.count == 0 ? 1 : images.mask[y * render.width + x]
    return SIMD4(difference(0), difference(1), difference(2), counts)
  }

  /// Multiplies a plane of height x width with the weights.
  func apply(to plane: BufferView<Float>, width: Int, workers: Workers) {
    let (columns, size) = (columns, size)
    let height = plane.count / max(1, width)
    weights.withReadOnlyView { weights in
      workers.forEachRange(height, size: 32) { rows, _ in
        for y in rows {
          let (start, cells) = (y * width, y / size * columns)
          for x in 0..<width { plane[start + x] *= weights[cells + x / size] }
        }
      }
    }
  }
}

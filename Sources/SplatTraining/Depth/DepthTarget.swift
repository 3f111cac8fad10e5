import SplatCore
import SplatMetrics
import SplatRendering

/// What is known of the depth in a photo, pixel by pixel; owns its memory, which the next photo
/// reuses.
final class DepthTarget {
  private let inverses = Buffer<Float>()
  private let weights = Buffer<Float>()
  private let gradients = Buffer<Float>()
  private let sums = Buffer<Double>()

  /// The gradients of a photo's loss of depth, height x width each.
  struct Gradients {
    let alpha: BufferView<Float>
    let depth: BufferView<Float>
  }

  /// A source of depths and its weight in the loss.
  struct Source {
    /// Writes what is known: the inverse depth and the weight of each pixel, which are 0 before.
    let write: (_ inverses: BufferView<Float>, _ weights: BufferView<Float>) -> Void
    let weight: Float
    /// A relative error of this has a quarter of its weight, and larger ones soon have none; nil if
    /// all have the same.
    var errorLimit: Float?
  }

  /// Returns the loss of the depth of `image` and writes its gradients.
  ///
  /// The loss of a source is Σ w |1/D - m| / Σ w m, the mean relative error of inverse depths, with
  /// the known ones m, their weights w and the expected depths D. Pixels that are half transparent
  /// count half: alpha is a part of the weight that is held constant, so that nothing becomes
  /// transparent to make the loss smaller. So are the weights by ``Source/errorLimit``.
  ///
  /// - Parameter mask: height x width, 0 where nothing counts; empty if all does.
  func evaluate(
    _ sources: [Source], image: ImagePlanes, width: Int, height: Int, mask: BufferView<Float>,
    workers: Workers
  ) -> (loss: Double, gradients: Gradients) {
    let count = width * height
    let (inverses, weights) = (inverses.view(count: count), weights.view(count: count))
    let planes = gradients.view(count: 2 * count)
    let result = Gradients(alpha: planes.slice(0..<count), depth: planes.slice(count..<2 * count))
    planes.fill(0)
    let sums = sums.view(count: height)
    var loss = 0.0
    for source in sources {
      inverses.fill(0)
      weights.fill(0)
      source.write(inverses, weights)
      // What all pixels add up to comes first: the mean is over those that count.
      workers.forEachRange(height, size: 32) { rows, _ in
        for y in rows {
          var sum = 0.0
          for index in y * width..<(y + 1) * width {
            if mask.count > 0 { weights[index] *= mask[index] }
            sum += Double(weights[index] * inverses[index])
          }
          sums[y] = sum
        }
      }
      let total = (0..<height).reduce(0.0) { $0 + sums[$1] }
      guard total > 0 else { continue }
      let (scale, limit) = (source.weight / Float(total), source.errorLimit)
      workers.forEachRange(height, size: 32) { rows, _ in
        for y in rows {
          var sum = 0.0
          for x in 0..<width where weights[y * width + x] > 0 {
            let (index, place) = (y * width + x, y * image.rowStride + x)
            let (accumulated, alpha) = (image.depth[place], 1 - image.transmittance[place])
            var weight = scale * weights[index] * alpha
            if let limit {
              let error = (alpha / (accumulated * inverses[index]) - 1) / limit
              let share = 1 / (1 + error * error)
              weight *= accumulated > 0 ? share * share : 0
            }
            sum += Double(
              DepthLoss.forward(
                accumulated: accumulated, alpha: alpha, known: inverses[index], weight: weight))
            let back = DepthLoss.backward(
              accumulated: accumulated, alpha: alpha, known: inverses[index], weight: weight)
            result.alpha[index] += back.alpha
            result.depth[index] += back.accumulated
          }
          sums[y] = sum
        }
      }
      loss += (0..<height).reduce(0.0) { $0 + sums[$1] }
    }
    return (loss, result)
  }
}

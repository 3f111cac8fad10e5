package import SplatCore
import Synchronization

/// How bright photos are beside each other, as the points that they show tell.
///
/// Each photo is compared with those from the nearest places, in nearly the same direction: they
/// show the same points in the same light, and what hides a point from one hides it from the other.
/// The ratio of two photos is the median of those of their values at the points that both show.
package struct MeasuredExposures: Sendable {
  /// The logarithms of each photo's gains, relative to the mean of all photos; nil for photos that
  /// show too little of what others show.
  package let logGains: [SIMD3<Float>?]
  /// The same relative to the mean of the nearest photos alone. Differences that add up over many
  /// photos, as where light comes from one side, hardly show here.
  private let localLogGains: [SIMD3<Float>?]
  /// The logarithm of what lenses leave in the corners of photos, relative to the middle, on the
  /// whole; nil if photos show too little of what others show elsewhere.
  package let vignetting: Float?

  /// Of more points than this, some are chosen that are spread over all.
  private static let mostPoints = 2000
  /// The number of photos that each is compared with.
  private static let neighbors = 4
  /// Photos that show fewer points in common are not compared.
  private static let fewestPoints = 20
  /// How often gains follow from those of the nearest photos.
  private static let rounds = 50
  /// Smaller and larger values may be cut off.
  private static let usable = Float(10)...Float(245)
  /// Values are means over squares, which reach so far from the middle, in shorter sides of the
  /// photo: points are in corners, and cameras may be off by a pixel.
  private static let reach = 0.005

  /// What a photo shows of a point: the logarithms of its values.
  private struct Sample {
    let point: Int
    let logs: SIMD3<Float>
    /// The squared distance from the principal point; 1 is half of the image's diagonal.
    let square: Float
  }

  /// The logarithms of a photo's values relative to those of another.
  private struct Ratio {
    let other: Int
    let logs: SIMD3<Float>
  }

  /// How those of one point differ from their median as it lies further outside than in the other
  /// photo: sums over points, for a slope by least squares.
  private struct Slope {
    var product: Float = 0, square: Float = 0

    /// Points that other things hide, or that shine, count as much as this at most.
    static let limit: Float = 0.5

    mutating func add(_ logs: SIMD3<Float>, from median: SIMD3<Float>, outwards: Float) {
      let rest = ((logs - median).sum() / 3).clamped(from: -Self.limit, to: Self.limit)
      product += rest * outwards
      square += outwards * outwards
    }
  }

  /// Measures `photos`, each of which is read once.
  ///
  /// - Parameter points: Places on surfaces of the scene, in world units; without any, nothing is
  ///   known.
  package init(of photos: TrainingPhotos, points: [SIMD3<Float>], workers: Workers) {
    guard !points.isEmpty else {
      logGains = [SIMD3<Float>?](repeating: nil, count: photos.count)
      localLogGains = logGains
      vignetting = nil
      return
    }
    // Look at the points in all photos.
    let chosen = points.thinned(to: Self.mostPoints)
    let all = Mutex([[Sample]](repeating: [], count: photos.count))
    workers.forEach(photos.count) { index, _ in
      let found = photos.original(index).map { Self.samples(of: $0, points: chosen) } ?? []
      all.withLock { $0[index] = found }
    }
    let samples = all.withLock { $0 }

    // Compare each photo with the nearest ones; every comparison counts for both.
    let nearest = Self.nearest(photos.cameras)
    var ratios = [[Ratio]](repeating: [], count: photos.count)
    var local = [SIMD3<Float>?](repeating: nil, count: photos.count)
    var slope = Slope()
    for (index, others) in nearest.enumerated() {
      let found = others.compactMap { other in
        Self.ratio(samples[index], samples[other], &slope).map { Ratio(other: other, logs: $0) }
      }
      guard !found.isEmpty else { continue }
      local[index] = found.reduce(.zero) { $0 + $1.logs } / Float(found.count)
      ratios[index] += found
      for ratio in found { ratios[ratio.other].append(Ratio(other: index, logs: -ratio.logs)) }
    }
    localLogGains = local
    vignetting = slope.square > 0 ? slope.product / slope.square : nil

    // Let gains follow from one another.
    var gains = [SIMD3<Float>](repeating: .zero, count: photos.count)
    for _ in 0..<Self.rounds {
      for index in gains.indices where !ratios[index].isEmpty {
        let sum = ratios[index].reduce(SIMD3<Float>.zero) { $0 + gains[$1.other] + $1.logs }
        gains[index] = sum / Float(ratios[index].count)
      }
    }
    let known = gains.indices.filter { !ratios[$0].isEmpty }
    let mean = known.reduce(.zero) { $0 + gains[$1] } / Float(max(1, known.count))
    logGains = gains.indices.map { ratios[$0].isEmpty ? nil : gains[$0] - mean }
  }

  /// How far apart the gains of most photos are, beside the nearest ones, in the channel where that
  /// is most: from a tenth of the photos to nine tenths. Nil if the gains of fewer than half of the
  /// photos are known.
  package var spread: Float? {
    let known = localLogGains.compactMap { $0 }
    guard 2 * known.count >= localLogGains.count, known.count > 1 else { return nil }
    return (0..<3).map { channel in
      let sorted = known.map { $0[channel] }.sorted()
      let tenth = sorted.count / 10
      return sorted[sorted.count - 1 - tenth] - sorted[tenth]
    }.max()
  }

  /// For each camera, those from which a scene looks most alike.
  private static func nearest(_ cameras: [Camera]) -> [[Int]] {
    let centers = cameras.map(\.center)
    let directions = cameras.map(\.viewMatrix.rotation.row2)
    let middle = centers.reduce(.zero, +) / Double(max(1, centers.count))
    let distances = centers.map { (($0 - middle) * ($0 - middle)).sum().squareRoot() }.sorted()
    let unit = max(distances.isEmpty ? 0 : distances[distances.count / 2], .leastNormalMagnitude)
    return cameras.indices.map { index in
      let costs = cameras.indices.filter { $0 != index }.map { other in
        let offset = centers[other] - centers[index]
        let cosine = directions[other].dot(directions[index])
        return (cost: (offset * offset).sum().squareRoot() / unit + 2 * (1 - cosine), other: other)
      }
      return costs.sorted { ($0.cost, $0.other) < ($1.cost, $1.other) }.prefix(neighbors)
        .map(\.other)
    }
  }

  /// The logarithms of the values of one photo relative to those of another; nil if they show too
  /// few points in common. How they differ outwards is added to `slope`.
  private static func ratio(
    _ first: [Sample], _ second: [Sample], _ slope: inout Slope
  ) -> SIMD3<Float>? {
    // Both are in the order of the points.
    var ratios: [SIMD3<Float>] = []
    var outwards: [Float] = []
    var next = 0
    for sample in first {
      while next < second.count, second[next].point < sample.point { next += 1 }
      if next < second.count, second[next].point == sample.point {
        ratios.append(sample.logs - second[next].logs)
        outwards.append(sample.square - second[next].square)
      }
    }
    guard ratios.count >= fewestPoints else { return nil }
    var median = SIMD3<Float>.zero
    for channel in 0..<3 {
      let sorted = ratios.map { $0[channel] }.sorted()
      median[channel] = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    let mean = outwards.reduce(0, +) / Float(outwards.count)
    for (logs, outwards) in zip(ratios, outwards) {
      slope.add(logs, from: median, outwards: outwards - mean)
    }
    return median
  }

  /// What a photo shows of `points`, where it is neither masked nor transparent.
  private static func samples(of view: TrainingView, points: [SIMD3<Float>]) -> [Sample] {
    let photo = view.photo
    let reach = max(1, Int(reach * Double(min(photo.width, photo.height))))
    return PointVisibility.seen(points, from: view.camera).compactMap { seen in
      let (column, row) = (Int(seen.pixel.x), Int(seen.pixel.y))
      guard column >= reach, row >= reach, column + reach < photo.width,
        row + reach < photo.height
      else { return nil }
      var sum = SIMD3<Float>.zero
      for y in row - reach...row + reach {
        for x in column - reach...column + reach {
          let pixel = y * photo.width + x
          let first = pixel * photo.channels
          guard photo.channels == 3 || photo.bytes[first + 3] == 255, view.mask?[pixel] != 0
          else { return nil }
          sum += SIMD3(
            Float(photo.bytes[first]), Float(photo.bytes[first + 1]), Float(photo.bytes[first + 2]))
        }
      }
      let mean = sum / Float((2 * reach + 1) * (2 * reach + 1))
      guard (0..<3).allSatisfy({ usable.contains(mean[$0]) }) else { return nil }
      let (camera, offset) = (view.camera, seen.pixel - view.camera.principalPoint)
      let diagonal = camera.width * camera.width + camera.height * camera.height
      return Sample(
        point: seen.index, logs: SIMD3(Float.log(mean.x), Float.log(mean.y), Float.log(mean.z)),
        square: Float(4 * (offset * offset).sum() / Double(diagonal)))
    }
  }
}

/// What turns the values of a photo's depth map into inverse depths in world units.
package struct DepthAlignment: Sendable, Equatable {
  /// Whether values are inverse depths.
  package var isInverse: Bool
  package var scale: Float
  package var shift: Float

  /// Values that are depths in world units.
  package static let none = DepthAlignment(isInverse: false, scale: 1, shift: 0)

  /// The inverse depth that `value` stands for; 0 if that is not in front of the camera.
  @inline(__always)
  package func inverseDepth(of value: Float) -> Float {
    let aligned = value * scale + shift
    guard value > 0, aligned > 0 else { return 0 }
    return isInverse ? aligned : 1 / aligned
  }
}

/// The alignment of all depth maps of a scene to its points.
package struct DepthAlignments: Sendable, Equatable {
  /// What the values of the maps were taken for; not ``DepthMeaning/auto``.
  package private(set) var meaning: DepthMeaning
  /// The alignment of each photo; nil where there is no map, or none that agrees with the points.
  package private(set) var photos: [DepthAlignment?]
  /// The median over all points of the relative error of inverse depths; nil without points.
  package private(set) var error: Double?

  /// A point in a photo: what its map has there, and the camera z in world units.
  package struct Sample: BitwiseCopyable, Sendable {
    package let value: Double
    package let depth: Double

    package init(value: Double, depth: Double) { (self.value, self.depth) = (value, depth) }
  }

  /// A photo needs so many points for a scale and a shift of its own.
  package static let fewestSamples = 10
  /// Scales of photos are within these times their median: others come from maps that went wrong
  /// (Kerbl et al., 3D Gaussian splatting, code of 2024).
  private static let scaleRange = 0.2...5.0
  /// Fewer unknowns are preferred to an error that is smaller by less than this factor.
  private static let preference = 1.5
  /// Maps with a smaller error agree with the points.
  private static let smallError = 0.03

  /// Aligns maps to points.
  ///
  /// - Parameters:
  ///   - samples: The points in each photo where its map has a value; nil for photos without maps.
  package init(_ samples: [[Sample]?], meaning: DepthMeaning) {
    let candidates: [DepthMeaning] =
      meaning == .auto ? [.metric, .scaled, .inverse, .relative] : [meaning]
    let fits = candidates.map { Self.fit(samples, $0) }
    // The first one that agrees, or whose error no other one makes much smaller.
    let limit = max(Self.smallError, Self.preference * (fits.compactMap(\.error).min() ?? 0))
    self = fits.first { ($0.error ?? 0) <= limit } ?? fits[0]
  }

  private init(meaning: DepthMeaning, photos: [DepthAlignment?], error: Double?) {
    self.meaning = meaning
    self.photos = photos
    self.error = error
  }

  private static func fit(_ samples: [[Sample]?], _ meaning: DepthMeaning) -> DepthAlignments {
    var photos: [DepthAlignment?]
    switch meaning {
    case .auto, .metric: photos = samples.map { $0.map { _ in .none } }
    case .scaled:
      let ratios = samples.compactMap { $0.flatMap { median($0.map { $0.depth / $0.value }) } }
      let scale = median(ratios).map { Float($0) }
      photos = samples.map { samples in
        guard samples != nil, let scale else { return nil }
        return DepthAlignment(isInverse: false, scale: scale, shift: 0)
      }
    case .relative, .inverse:
      photos = samples.map { $0.flatMap { line(through: $0, isInverse: meaning == .inverse) } }
      if let middle = median(photos.compactMap { $0.map { Double($0.scale) } }) {
        photos = photos.map { alignment in
          alignment.flatMap { scaleRange.contains(Double($0.scale) / middle) ? $0 : nil }
        }
      }
    }
    // Photos that are left out have no error: what counts is how well the others agree, and that
    // there are some.
    let errors = zip(samples, photos).flatMap { samples, alignment -> [Double] in
      guard let samples, let alignment else { return [] }
      return samples.map {
        abs(Double(alignment.inverseDepth(of: Float($0.value))) * $0.depth - 1)
      }
    }
    let isUsable = photos.contains { $0 != nil }
    return DepthAlignments(
      meaning: meaning == .auto ? .metric : meaning, photos: photos,
      error: median(errors) ?? (isUsable ? nil : .infinity))
  }

  /// The scale and shift of values with the least mean error of inverse depths; nil if there are
  /// too few points or larger values are not, as they should be, further away or closer by.
  private static func line(through samples: [Sample], isInverse: Bool) -> DepthAlignment? {
    guard samples.count >= fewestSamples else { return nil }
    // The sum of absolute errors is made small by weighted least squares: the weights are the
    // inverse of the errors before.
    let targets = samples.map { isInverse ? 1 / $0.depth : $0.depth }
    // An error of a depth z is one of about 1/z² as much of its inverse.
    let shares = samples.map { isInverse ? 1 : 1 / ($0.depth * $0.depth) }
    guard let middle = median(zip(targets, shares).map { $0 * $1 }) else { return nil }
    var errors = [Double](repeating: 1, count: samples.count)
    var (scale, shift) = (0.0, 0.0)
    for _ in 0..<steps {
      var (sum, sumX, sumY, sumXX, sumXY) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (index, sample) in samples.enumerated() {
        let weight = shares[index] / errors[index]
        let (x, y) = (sample.value, targets[index])
        sum += weight
        sumX += weight * x
        sumY += weight * y
        sumXX += weight * x * x
        sumXY += weight * x * y
      }
      let determinant = sum * sumXX - sumX * sumX
      guard determinant > smallestDeterminant * sum * sumXX else { return nil }
      scale = (sum * sumXY - sumX * sumY) / determinant
      shift = (sumY - scale * sumX) / sum
      errors = samples.indices.map {
        let error = shares[$0] * abs(scale * samples[$0].value + shift - targets[$0])
        return max(error / middle, smallestError)
      }
    }
    guard scale > 0, scale.isFinite, shift.isFinite else { return nil }
    return DepthAlignment(isInverse: isInverse, scale: Float(scale), shift: Float(shift))
  }

  /// How often weights are found anew.
  private static let steps = 20
  /// Smaller relative errors do not count for more.
  private static let smallestError = 1e-3
  /// Below this, all values are alike.
  private static let smallestDeterminant = 1e-9

  private static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}

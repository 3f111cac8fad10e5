/// How many Gaussians of a model are of the kinds that disturb pictures from other viewpoints.
public struct SplatShapes: Sendable, Equatable {
  /// The share of needles: Gaussians whose largest scale is more than ``needleRatio`` times the
  /// middle one; 0...1. Flat Gaussians are no needles.
  public let needles: Double
  /// The share of Gaussians with an opacity below ``faintOpacity``; 0...1.
  public let faint: Double

  /// How long a Gaussian is at least that counts as a needle, for its width.
  public static let needleRatio: Float = 30
  /// The opacity below which a Gaussian counts as faint.
  public static let faintOpacity: Float = 0.05

  /// Counts the Gaussians of a model; both shares of an empty one are 0.
  public init(_ splats: Splats) {
    let longest = Float.log(Self.needleRatio)
    let faintest = Float.log(Self.faintOpacity / (1 - Self.faintOpacity))
    let (needles, faint) = splats.parameters.withReadOnlyView { view in
      var (needles, faint) = (0, 0)
      for index in 0..<view.count {
        let scales = view.vector(Plane.logScales, index)
        let (largest, smallest) = (scales.max(), scales.min())
        let middle = scales.sum() - largest - smallest
        needles += largest - middle > longest ? 1 : 0
        faint += view[Plane.opacityLogit, index] < faintest ? 1 : 0
      }
      return (needles, faint)
    }
    let count = Double(max(1, splats.count))
    self.needles = Double(needles) / count
    self.faint = Double(faint) / count
  }
}

import SplatCore

/// The integer factor by which photos are downscaled, over a run.
///
/// Early on a model cannot show fine detail, and small images train it as well as large ones at a
/// fraction of the cost (Chen et al., "DashGaussian", 2025). In that paper the share of a photo's
/// spectrum that the images hold grows geometrically; for natural photos, whose amplitudes fall as
/// 1/frequency, this means that the factor falls geometrically.
struct ResolutionSchedule: Sendable {
  private let end: Double
  private let largestFactor: Double
  /// The factor that leaves photos their smallest side.
  private let sideFactor: Double

  init(kind: ResolutionScheduleKind, settings: ResolutionSettings, cameras: [Camera]) {
    end = settings.end
    let side = cameras.map { min($0.width, $0.height) }.min() ?? 1
    sideFactor = Double(side) / Double(settings.smallestSide)
    switch kind {
    case .full: largestFactor = 1
    case .progressive: largestFactor = settings.largestFactor
    }
  }

  /// The factor after a share `progress` of the run.
  ///
  /// - Parameter finest: The factor that photos have in the end.
  func factor(at progress: Double, finest: Int = 1) -> Int {
    finest * max(1, Int(continuousFactor(at: progress, finest: finest) + 1e-9))
  }

  /// The factor relative to `finest`.
  private func continuousFactor(at progress: Double, finest: Int) -> Double {
    let startFactor = min(largestFactor, max(1, sideFactor / Double(finest)))
    return Double.exp(Double.log(startFactor) * max(0, 1 - progress / end))
  }

  /// The largest number of Gaussians after a share `progress` of the run, which began with `first`:
  /// small images do not need many (DashGaussian, equation 7).
  ///
  /// - Parameters:
  ///   - finest: The factor that photos have in the end.
  ///   - last: The largest number for photos of full size.
  func splatLimit(at progress: Double, finest: Int = 1, first: Int, last: Int) -> Int {
    let exponent = 2 - min(1, progress / end)
    let factor = continuousFactor(at: progress, finest: finest)
    let share = Double.exp(-exponent * Double.log(factor))
    let largest = FinestFactor.splats(factor: finest, first: first, last: last)
    return min(last, first + Int(Double(max(0, largest - first)) * share))
  }
}

import SplatCore

/// The integer factor by which photos are downscaled, over a run.
///
/// Early on a model cannot show fine detail, and small images train it as well as large ones at a
/// fraction of the cost (Chen et al., "DashGaussian", 2025). In that paper the share of a photo's
/// spectrum that the images hold grows geometrically; for natural photos, whose amplitudes fall as
/// 1/frequency, this means that the factor falls geometrically.
struct ResolutionSchedule: Sendable {
  private let end: Double
  private let startFactor: Double

  init(kind: ResolutionScheduleKind, settings: ResolutionSettings, cameras: [Camera]) {
    end = settings.end
    let side = cameras.map { min($0.width, $0.height) }.min() ?? 1
    switch kind {
    case .full: startFactor = 1
    case .progressive:
      startFactor = min(
        settings.largestFactor, max(1, Double(side) / Double(settings.smallestSide)))
    }
  }

  /// The factor after a share `progress` of the run.
  func factor(at progress: Double) -> Int {
    max(1, Int(continuousFactor(at: progress) + 1e-9))
  }

  private func continuousFactor(at progress: Double) -> Double {
    Double.exp(Double.log(startFactor) * max(0, 1 - progress / end))
  }

  /// The largest number of Gaussians after a share `progress` of the run, which began with `first`:
  /// small images do not need many (DashGaussian, equation 7).
  ///
  /// - Parameter used: The factor in use; if it is larger than that of the schedule, the model is
  ///   to have as many Gaussians as its pixels call for.
  func splatLimit(at progress: Double, used: Int = 1, first: Int, last: Int) -> Int {
    let exponent = 2 - min(1, progress / end)
    var share = Double.exp(-exponent * Double.log(continuousFactor(at: progress)))
    if used > factor(at: progress) { share = min(share, 1 / Double(used * used)) }
    return min(last, first + Int(Double(max(0, last - first)) * share))
  }
}

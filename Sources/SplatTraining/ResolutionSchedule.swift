import SplatCore

/// By which integer factor the photos are made smaller, over a run.
///
/// Early on a model cannot show fine detail, and small images teach it as much as large ones at a
/// fraction of the cost (Chen et al., "DashGaussian", 2025). There the share of a photo's spectrum
/// that the images hold grows geometrically; with the spectrum of natural photos, whose amplitudes
/// fall as 1/frequency, that makes the factor itself fall geometrically.
struct ResolutionSchedule: Sendable {
  /// The share of the run at which the photos' own size is reached.
  static let end = 0.5
  /// The largest factor.
  static let largestFactor = 4.0
  /// No image gets smaller than this along its shorter side, in pixels.
  static let smallestSide = 48

  let startFactor: Double

  init(kind: ResolutionScheduleKind, cameras: [Camera]) {
    let side = cameras.map { min($0.width, $0.height) }.min() ?? 1
    switch kind {
    case .full: startFactor = 1
    case .progressive:
      startFactor = min(Self.largestFactor, max(1, Double(side) / Double(Self.smallestSide)))
    }
  }

  /// The factor after a share `progress` of the run.
  func factor(at progress: Double) -> Int {
    max(1, Int(continuousFactor(at: progress) + 1e-9))
  }

  private func continuousFactor(at progress: Double) -> Double {
    Double.exp(Double.log(startFactor) * max(0, 1 - progress / Self.end))
  }

  /// How many Gaussians there may be after a share `progress` of the run, which began with `first`:
  /// small images have no use for many (DashGaussian, equation 7).
  func splatLimit(at progress: Double, first: Int, last: Int) -> Int {
    let exponent = 2 - min(1, progress / Self.end)
    let share = Double.exp(-exponent * Double.log(continuousFactor(at: progress)))
    return min(last, first + Int(Double(max(0, last - first)) * share))
  }
}

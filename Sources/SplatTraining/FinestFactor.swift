package import SplatCore

/// The smallest factor by which photos are downscaled in a run of limited time.
///
/// A model that has seen few photos of full size is worse, at that size too, than one that has seen
/// many smaller ones. So photos stay so small that the whole run would have some number of
/// iterations at the speed measured so far.
package struct FinestFactor: Sendable {
  private let work: IterationWork
  private let settings: ResolutionSettings
  /// The time limit of the run, in seconds; nil if photos follow their schedule alone.
  private let timeLimit: Double?
  /// The largest factor that leaves photos their smallest side.
  private let largest: Int
  /// The time and the work of recent iterations.
  private var seconds = 0.0
  private var pixels = 0.0
  /// The factor of the last iteration.
  private var last: Int?

  /// The weight of an iteration relative to the next one.
  private static let memory = 0.99
  /// From this share of the run on, photos no longer become smaller.
  private static let settled = 0.03

  package init(settings: TrainingSettings, cameras: [Camera]) {
    work = IterationWork(cameras: cameras)
    self.settings = settings.resolution
    timeLimit = settings.schedule == .progressive ? settings.timeLimit : nil
    let side = cameras.map { min($0.width, $0.height) }.min() ?? 1
    largest = max(1, side / settings.resolution.smallestSide)
  }

  /// The factor after a share `progress` of the run, where the schedule has `scheduled`.
  package mutating func factor(at progress: Double, scheduled: Int, splats: Int) -> Int {
    guard let timeLimit else { return scheduled }
    var factor = scheduled
    if pixels > 0 {
      let limit = progress < Self.settled ? largest : last ?? scheduled
      let needed = Double(settings.fewestIterations) * seconds / pixels
      while factor < limit, needed * work.pixels(splats: splats, factor: factor) > timeLimit {
        factor += 1
      }
    }
    last = factor
    return factor
  }

  /// Adds an iteration.
  package mutating func add(seconds: Double, splats: Int, factor: Int) {
    self.seconds = Self.memory * self.seconds + seconds
    pixels = Self.memory * pixels + work.pixels(splats: splats, factor: factor)
  }
}

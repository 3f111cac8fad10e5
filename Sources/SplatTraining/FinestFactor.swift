package import SplatCore

/// The smallest factor by which photos are downscaled in a run of limited time.
///
/// A model that has seen few photos of full size is worse, at that size too, than one that has seen
/// many smaller ones. So a run is made as if its photos were as small as leaves it some number of
/// iterations, at the speed measured so far, with as many Gaussians as such photos call for.
package struct FinestFactor: Sendable {
  /// The factor.
  package private(set) var value = 1
  private let work: IterationWork
  private let fewestIterations: Double
  /// The time limit of the run, in seconds; nil if photos follow their schedule alone.
  private let timeLimit: Double?
  /// The largest factor that leaves photos their smallest side.
  private let largest: Int
  /// The number of Gaussians at the start of the run, and the largest one.
  private let firstSplats: Int, maximumSplats: Int
  /// The time and the work of recent iterations, and the number of all.
  private var seconds = 0.0
  private var pixels = 0.0
  private var iterations = 0

  /// The weight of a step relative to the next one.
  private static let memory = 0.99
  /// The number of iterations that are measured before the factor changes.
  private static let measured = 10
  /// From this share of the run on, photos no longer become smaller.
  private static let settled = 0.03
  /// Photos become larger if there is this much more time than they need.
  private static let margin = 1.2

  package init(
    settings: TrainingSettings, cameras: [Camera], firstSplats: Int, maximumSplats: Int
  ) {
    work = IterationWork(cameras: cameras)
    fewestIterations = Double(settings.resolution.fewestIterations)
    timeLimit = settings.schedule == .progressive ? settings.timeLimit : nil
    let side = cameras.map { min($0.width, $0.height) }.min() ?? 1
    largest = max(1, side / settings.resolution.smallestSide)
    self.firstSplats = firstSplats
    self.maximumSplats = maximumSplats
  }

  /// Adds a step, which learnt from some photos and after which a share `progress` of the run is
  /// done.
  package mutating func add(
    seconds: Double, photos: Int = 1, splats: Int, factor: Int, progress: Double
  ) {
    guard let timeLimit else { return }
    self.seconds = Self.memory * self.seconds + seconds
    pixels =
      Self.memory * pixels + Double(photos) * work.pixels(splats: splats, factor: factor)
    iterations += photos
    guard iterations >= Self.measured else { return }
    func needed(_ factor: Int) -> Double {
      let splats = Self.splats(factor: factor, first: firstSplats, last: maximumSplats)
      return fewestIterations * work.pixels(splats: splats, factor: factor) * self.seconds / pixels
    }
    if progress < Self.settled {
      while value < largest, needed(value) > timeLimit { value += 1 }
    }
    while value > 1, needed(value - 1) * Self.margin < timeLimit { value -= 1 }
  }

  /// The largest number of Gaussians of a run on photos downscaled by `factor`, which begins with
  /// `first`; on photos of full size it is `last`.
  package static func splats(factor: Int, first: Int, last: Int) -> Int {
    factor == 1 ? last : min(last, max(first, last / (factor * factor)))
  }
}

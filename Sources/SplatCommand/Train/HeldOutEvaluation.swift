import SplatCore
import SplatFiles
import SplatTraining
import SplatViewer

/// Measures the model on held-out photos now and then during a training.
///
/// There are at most ``maximumCount`` measurements of at most ``maximumPhotos`` photos each, and
/// one photo for every ``iterationsPerPhoto`` iterations at most: rendering a photo costs less than
/// an iteration on it, so that this stays within a few percent of the time. Where the time of the
/// run is limited, it also stays below ``maximumShare`` of the time so far. The time does not count
/// as that of the training, and nothing that is learnt depends on it.
struct HeldOutEvaluation {
  private let photos: TrainingPhotos
  /// The photos that are measured, by their indices.
  private let indices: [Int]
  /// The number of measurements in the run, the one at its end included.
  private let count: Int
  /// The number of the next measurement.
  private var next = 1
  private let isTimeLimited: Bool
  private var spent = 0.0
  private var lastCost = 0.0

  private static let maximumCount = 20
  private static let maximumPhotos = 4
  private static let iterationsPerPhoto = 50
  private static let maximumShare = 0.03

  /// Plans the measurements of a run with `settings`.
  init(_ photos: TrainingPhotos, settings: TrainingSettings) {
    self.photos = photos
    isTimeLimited = settings.timeLimit != nil
    let chosen = min(Self.maximumPhotos, photos.count)
    indices = (0..<chosen).map { $0 * photos.count / chosen }
    count =
      chosen == 0
      ? 0 : min(Self.maximumCount, settings.iterations / (Self.iterationsPerPhoto * chosen))
  }

  /// Leaves out the measurements that were due before the run got to a share `fraction`.
  mutating func skip(through fraction: Double) { next = passed(fraction) + 1 }

  /// How many measurements are due up to a share `fraction` of the run.
  private func passed(_ fraction: Double) -> Int { Int(fraction * Double(count)) }

  /// The number of photos that are measured.
  var photoCount: Int { indices.count }

  /// The PSNR if a measurement is due during the run, otherwise nil.
  mutating func measureIfDue(_ trainer: Trainer, _ ranks: TrainingRanks) throws -> HeldOutPSNR? {
    let passed = passed(trainer.fraction)
    guard passed >= next, !trainer.isFinished else { return nil }
    if isTimeLimited {
      let isAffordable = spent + lastCost <= Self.maximumShare * trainer.seconds
      guard ranks.first(isAffordable) else { return nil }
    }
    next = passed + 1
    let begin = ContinuousClock.now
    let qualities = trainer.quality(of: photos, at: indices)
    try ranks.together { if let failure = photos.failure { throw failure } }
    lastCost = (ContinuousClock.now - begin).seconds
    spent += lastCost
    return mean(qualities, iteration: trainer.iteration)
  }

  /// The last value of the curve, taken from the results for all held-out photos; nil if the run
  /// has no curve.
  func last(of qualities: [ViewQuality], iteration: Int) -> HeldOutPSNR? {
    guard count > 1, qualities.count == photos.count else { return nil }
    return mean(indices.map { qualities[$0] }, iteration: iteration)
  }

  private func mean(_ qualities: [ViewQuality], iteration: Int) -> HeldOutPSNR {
    let sum = qualities.reduce(0) { $0 + $1.psnr }
    return HeldOutPSNR(iteration: iteration, psnr: sum / Double(max(1, qualities.count)))
  }
}

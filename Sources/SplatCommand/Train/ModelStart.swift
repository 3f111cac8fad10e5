import SplatCore
import SplatFiles
import SplatTraining

/// A model that a run starts from.
struct ModelStart {
  /// The model.
  let splats: Splats
  private let path: String

  /// Reads the model at `path`: a file of any format, or the output folder of a training.
  init(path: String) throws {
    self.path = path
    splats = try ModelLocation(path).read()
    guard splats.count > 0 else {
      throw FileError(.badInput, path: path, problem: "has no Gaussians to start from")
    }
  }

  /// Chooses what follows from the model in settings that were not chosen.
  ///
  /// A model that shows fine detail has no use for small photos, and keeps its way of rendering.
  ///
  /// - Parameters:
  ///   - isChosen: whether the setting of a name was chosen.
  ///   - cameras: those of the photos to train on.
  func settle(
    _ settings: inout TrainingSettings, cameras: [Camera], isChosen: (String) -> Bool
  ) throws {
    if !isChosen("schedule") { settings.schedule = .full }
    if !isChosen("isAntialiased") { settings.isAntialiased = splats.isAntialiased }
    let allowed = settings.maximumSplats(for: cameras)
    guard splats.count > allowed else { return }
    guard settings.maximumSplats == nil else {
      throw CommandFailure(
        """
        \(path): has \(Wording.count(splats.count, "Gaussian")), and --splats allows \
        \(Wording.count(allowed)); splat convert --max-splats \(allowed) keeps the most important \
        ones
        """, exitCode: CommandFailure.badData)
    }
    settings.maximumSplats = splats.count
  }

  /// Throws if there is not enough memory for the model.
  func check(_ shares: MemoryShares) throws {
    guard splats.count > shares.maximumSplats else { return }
    throw CommandFailure(
      """
      \(path): has \(Wording.count(splats.count, "Gaussian")), and there is memory for \
      \(Wording.count(shares.maximumSplats)); a larger --memory was expected
      """, exitCode: CommandFailure.badData)
  }

  /// A line about the model for the plan.
  var line: String {
    "start    \(path): \(Wording.count(splats.count, "Gaussian")), SH degree \(splats.shDegree)"
  }
}

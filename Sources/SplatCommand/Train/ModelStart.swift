import SplatCore
import SplatFiles
import SplatTraining

/// A model that a run starts from.
struct ModelStart {
  /// The model.
  private(set) var splats: Splats
  /// Where its origin lies in the frame of its scene; nothing if that is where the scene's does.
  private var origin: SIMD3<Double>?
  private let path: String

  /// Reads the model at `path`: a file of any format, or the output folder of a training.
  init(path: String) throws {
    self.path = path
    let location = try ModelLocation(path)
    let file = try location.open()
    splats = file.splats
    origin = location.origin(of: file)
    guard splats.count > 0 else {
      throw FileError(.badInput, path: path, problem: "has no Gaussians to start from")
    }
  }

  /// Moves the model so that its origin lies at `place` of the scene's frame, in world units.
  mutating func move(to place: SIMD3<Double>) {
    guard let shift = origin.map({ $0 - place }), shift != .zero else { return }
    for (index, place) in splats.means.enumerated() {
      let mean = SIMD3<Double>(place) + shift
      for axis in 0..<3 { splats.parameters[Plane.means + axis, index] = Float(mean[axis]) }
    }
    origin = place
    let text = (0..<3).map { Wording.coordinate(shift[$0]) }.joined(separator: ", ")
    Console.warn("\(path): moved by \(text) to the origin of the scene")
  }

  /// Chooses what follows from the model in settings that were not chosen.
  ///
  /// A model that shows fine detail has no use for small photos, and keeps its way of rendering.
  ///
  /// - Parameters:
  ///   - isChosen: whether the setting of a name was chosen.
  ///   - cameras: those of the photos to train on, of a scene with `points`.
  func settle(
    _ settings: inout TrainingSettings, cameras: [Camera], points: PointCloud,
    isChosen: (String) -> Bool
  ) throws {
    if !isChosen("schedule") { settings.schedule = .full }
    if !isChosen("isAntialiased") { settings.isAntialiased = splats.isAntialiased }
    let allowed = settings.maximumSplats(for: cameras, points: points.positions)
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

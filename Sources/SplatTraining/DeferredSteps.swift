import SplatCore
import SplatRendering

/// Optimizer steps of Gaussians that photos do not show, taken together before they are needed.
///
/// Without a gradient Adam still moves a parameter, by what is left of its first moment. These are
/// the same operations in the same order whenever they are carried out, so that the model has the
/// same bits. But clusters of Gaussians outside of a photo are then not read, neither for the step
/// nor for the projection: boxes with room for the steps to come tell which ones these are.
///
/// Where photos show much of a model this costs more than it saves, and no step is deferred.
struct DeferredSteps {
  /// Boxes around the clusters; nil while no step is deferred.
  private(set) var boxes: ClusterBoxes?
  /// The steps since all clusters were up to date.
  private var steps: [OptimizerStep] = []
  /// How many of ``steps`` each cluster has taken.
  private var taken: [Int32] = []
  private var slack: StepSlack?
  /// The number of steps that ``slack`` is used up by.
  private var age = 0
  /// Whether steps may be deferred at all.
  private let isPossible: Bool
  private let settings: TrainingSettings
  private let extent: Float
  /// How many of the Gaussians recent photos show, on average; nil if too few are known.
  private var recentShare: Double? { measured < Self.measuredPhotos ? nil : share }
  private var share = 0.0
  private var measured = 0

  /// The largest number of steps that are deferred.
  static let longest = 128
  /// The weight of a photo relative to the next one in the mean over recent photos, and the number
  /// of photos that it needs.
  private static let memory = 0.98
  private static let measuredPhotos = 20
  /// Steps are deferred if photos show at most this share of the Gaussians.
  static let largestShare = 0.15

  init(settings: TrainingSettings, control: any DensityControl, extent: Float) {
    self.settings = settings
    self.extent = extent
    isPossible =
      !control.movesUnseen && control.parameterTerms.isEmpty && StepSlack.isBounded(settings.adam)
  }

  /// Whether there are clusters that have not taken all steps.
  var arePending: Bool { !steps.isEmpty }

  // MARK: A step

  /// Takes the deferred steps of the clusters that a photo may show.
  mutating func wake(
    for camera: Camera, settings: RenderSettings, in state: ModelState.View, workers: Workers
  ) {
    guard let boxes, arePending else { return }
    let culling = ClusterCulling(boxes, camera: camera, settings: settings)
    let steps = steps
    taken.withView { taken in
      workers.forEach(Self.chunks(state)) { chunk, _ in
        let hidden = culling.hidden(chunk: chunk)
        for cluster in Self.clusters(ofChunk: chunk, taken) {
          let place = UInt8(truncatingIfNeeded: cluster % Lanes.scalarCount)
          guard hidden &>> place & 1 == 0, Int(taken[cluster]) < steps.count else { continue }
          Self.take(steps[Int(taken[cluster])...], cluster: cluster, in: state)
          taken[cluster] = Int32(steps.count)
        }
      }
    }
  }

  /// What a step needs to know of the clusters.
  struct View: Sendable {
    /// Nil if no step is deferred.
    fileprivate let slack: StepSlack?
    fileprivate let taken: BufferView<Int32>
    fileprivate let boxes: ParameterView
    /// The number of steps before this one.
    fileprivate let count: Int32

    /// Whether a block takes the step now, because a photo may show it.
    @inline(__always)
    func isAwake(block: Int) -> Bool {
      slack == nil || taken[block / ClusterBoxes.blocks] == count
    }

    /// Notes that a block has taken the step; those of a cluster do so in their order.
    @inline(__always)
    func finish(block: Int, in state: ModelState.View) {
      guard let slack else { return }
      let isLast = block % ClusterBoxes.blocks == ClusterBoxes.blocks - 1
      guard isLast || block == state.model.blockCount - 1 else { return }
      let cluster = block / ClusterBoxes.blocks
      taken[cluster] = count + 1
      DeferredSteps.bound(cluster, in: state, boxes: boxes, slack: slack)
    }
  }

  /// Lends the clusters to `body`, which takes a step, and then notes the step.
  ///
  /// - Parameter shares: The shares of the Gaussians that the photos of the step show.
  mutating func withView(
    _ step: OptimizerStep, shares: [Double], in state: ModelState.View, _ body: (View) -> Void
  ) {
    let (slack, count) = (slack, Int32(steps.count))
    var boxes = boxes ?? ClusterBoxes(count: 0)
    self.boxes = nil
    taken.withView { taken in
      boxes.withView { boxes in
        body(View(slack: slack, taken: taken, boxes: boxes, count: count))
      }
    }
    for seen in shares {
      share = measured == 0 ? seen : Self.memory * share + (1 - Self.memory) * seen
      measured += 1
    }
    guard slack != nil else { return }
    self.boxes = boxes
    steps.append(step)
    age += 1
  }

  // MARK: All clusters

  /// Takes all deferred steps.
  mutating func settle(_ state: ModelState.View, workers: Workers) {
    guard arePending else { return }
    let steps = steps
    taken.withView { taken in
      workers.forEach(Self.chunks(state)) { chunk, _ in
        for cluster in Self.clusters(ofChunk: chunk, taken) {
          Self.take(steps[Int(taken[cluster])...], cluster: cluster, in: state)
          taken[cluster] = 0
        }
      }
    }
    self.steps = []
  }

  /// Decides whether steps are deferred from now on, with all clusters up to date; needed again
  /// when Gaussians have been changed, added or removed.
  ///
  /// - Parameter seen: The number of gradients seen so far.
  mutating func begin(_ state: ModelState.View, seen: Int, workers: Workers) {
    guard isPossible, let share = recentShare, share <= Self.largestShare else {
      return end()
    }
    let slack = StepSlack(seen: seen, steps: Self.longest, extent: extent, settings: settings)
    var boxes = ClusterBoxes(count: state.model.count)
    let clusters = boxes.table.count
    boxes.withView { boxes in
      workers.forEachRange(clusters, size: 64) { clusters, _ in
        for cluster in clusters { Self.bound(cluster, in: state, boxes: boxes, slack: slack) }
      }
    }
    taken = [Int32](repeating: 0, count: clusters)
    (self.boxes, self.slack, age) = (boxes, slack, 0)
  }

  /// Defers no step any more; all clusters are up to date.
  mutating func end() { (boxes, slack, taken, steps) = (nil, nil, [], []) }

  /// Whether ``begin(_:seen:workers:)`` is due after a step.
  var isDecisionDue: Bool {
    guard slack == nil else { return age >= Self.longest }
    return isPossible && recentShare.map { $0 <= Self.largestShare } ?? false
  }

  // MARK: A cluster

  private static func take(
    _ steps: ArraySlice<OptimizerStep>, cluster: Int, in state: ModelState.View
  ) {
    guard !steps.isEmpty else { return }
    let first = cluster * ClusterBoxes.blocks
    for block in first..<min(first + ClusterBoxes.blocks, state.model.blockCount) {
      OptimizerStep.move(block, by: steps, in: state)
    }
  }

  fileprivate static func bound(
    _ cluster: Int, in state: ModelState.View, boxes: ParameterView, slack: StepSlack
  ) {
    ClusterBoxes.bound(cluster, of: state.model, in: boxes) { block in
      slack.slack(ofBlock: block, in: state)
    }
  }

  /// A chunk of the projection has as many clusters as there are lanes.
  private static func clusters(ofChunk chunk: Int, _ taken: BufferView<Int32>) -> Range<Int> {
    let first = chunk * Lanes.scalarCount
    return first..<min(first + Lanes.scalarCount, taken.count)
  }

  private static func chunks(_ state: ModelState.View) -> Int {
    (state.model.count + Projection.chunkSize - 1) / Projection.chunkSize
  }
}

import SplatCore
import SplatRendering

/// Draws pictures of a model whose Gaussians several ranks hold.
///
/// Each rank projects its own Gaussians for all pictures (``begin(_:model:clusters:)``). One rank
/// draws each picture, whole: the others send it what they have projected, 72 bytes for each
/// visible Gaussian. Each gets the gradients of these back, 48 bytes, in the same order. So sums
/// over pixels end where they are drawn, in the order in which a single process adds them up.
///
/// A rank draws one picture in each of some ``rounds``: it gets the Gaussians
/// (``receive(round:)``), draws them and keeps their gradients (``keep(_:)``), and all give the
/// gradients back (``giveBack(round:)``).
final class SharedPictures {
  /// What a picture depends on besides the model.
  struct Eye {
    var camera: Camera
    var settings: RenderSettings
  }

  private let ranks: any Ranks
  private let workers: Workers
  private let projecting = Rasterizer(), drawing = Rasterizer()
  private let sent = SentSplats()
  /// One for each picture.
  private var slots: [Buffer<SlotRange>] = []

  /// How many projected Gaussians all pictures so far had, and how many of these were sent from one
  /// rank to another.
  private(set) var traffic = (projected: 0, remote: 0)

  // MARK: The pictures of a step

  private var passes: [RenderPass] = []
  /// How many Gaussians each rank has in each picture.
  private var visible: [[Int]] = []
  /// The rank that draws each picture.
  private(set) var drawers: [Int] = []
  /// Where this rank's Gaussians of each picture begin among those sent.
  private var starts: [Int] = []
  private var sentView: SentSplats.View
  /// The gradients of the picture that was drawn last.
  private var drawn: BufferView<ProjectedGradient>

  init(ranks: any Ranks, workers: Workers) {
    self.ranks = ranks
    self.workers = workers
    sentView = sent.view(count: 0)
    drawn = sentView.records.reused(for: ProjectedGradient.self, count: 0)
  }

  /// The number of ranks.
  var rankCount: Int { ranks.count }

  /// The pictures that this rank draws, by their places.
  var places: [Int] { drawers.indices.filter { drawers[$0] == ranks.rank } }

  /// How often a rank draws a picture.
  var rounds: Range<Int> { 0..<(drawers.count + ranks.count - 1) / ranks.count }

  /// The pictures of a round, by the ranks that draw them.
  private func places(ofRound round: Int) -> [Int?] {
    (0..<ranks.count).map { rank in
      drawers.indices.filter { drawers[$0] == rank }.dropFirst(round).first
    }
  }

  /// Projects this rank's Gaussians for all pictures and decides who draws which.
  func begin(_ eyes: [Eye], model: ParameterView, clusters: ClusterBoxes?) {
    while slots.count < eyes.count { slots.append(Buffer()) }
    // Most of it is never written to.
    sentView = sent.view(count: eyes.count * model.count)
    starts = []
    var end = 0
    passes = zip(eyes, slots).map { eye, slots in
      let splats = projecting.project(
        model, clusters: clusters, camera: eye.camera, settings: eye.settings, workers: workers)
      splats.write(to: sentView, from: end, workers: workers)
      starts.append(end)
      end += splats.visibleCount
      return splats.passOfOwner(slots: slots, workers: workers)
    }
    // Share how many are visible.
    let all = ranks.gathered(
      passes.map { Int32($0.visibleCount) },
      counts: [Int](repeating: eyes.count, count: ranks.count))
    visible = eyes.indices.map { picture in
      (0..<ranks.count).map { Int(all[$0 * eyes.count + picture]) }
    }
    drawers = PictureAssignment.drawers(visible: visible)
    for (counts, drawer) in zip(visible, drawers) {
      let count = counts.reduce(0, +)
      traffic.projected += count
      traffic.remote += count - counts[drawer]
    }
  }

  // MARK: A round

  /// Sends the Gaussians of a round's pictures to where they are drawn.
  ///
  /// - Returns: The place of the picture that this rank draws, if it does.
  func receive(round: Int) -> Int? {
    let places = places(ofRound: round)
    let place = places[ranks.rank]
    let (sentParts, receivedParts) = (sentParts(places), receivedParts(place))
    let room = drawing.room(for: receivedParts.counts.reduce(0, +))
    ranks.exchange(sentView.records, sentParts, into: room.records, receivedParts)
    ranks.exchange(sentView.boxes, sentParts, into: room.boxes, receivedParts)
    drawn = room.records.reused(for: ProjectedGradient.self, count: 0)
    return place
  }

  /// Which of this rank's Gaussians go where, if ranks draw the pictures at `places`.
  private func sentParts(_ places: [Int?]) -> RankParts {
    RankParts(
      counts: places.map { place in place.map { visible[$0][ranks.rank] } ?? 0 },
      starts: places.map { place in place.map { starts[$0] } ?? 0 })
  }

  /// Where the Gaussians of a picture come from.
  private func receivedParts(_ place: Int?) -> RankParts {
    RankParts(counts: place.map { visible[$0] } ?? [Int](repeating: 0, count: ranks.count))
  }

  /// The Gaussians of the picture that this rank draws, and what draws them.
  ///
  /// - Parameter settings: those that the picture is drawn with.
  func splats(_ place: Int, camera: Camera, settings: RenderSettings) -> (
    rasterizer: Rasterizer, splats: ProjectedSplats
  ) {
    let projection = Projection(
      passes[place].projection.model, camera: camera, settings: settings)
    return (
      drawing,
      drawing.received(
        count: visible[place].reduce(0, +), projection: projection, workers: workers)
    )
  }

  /// The finished picture at a place, which this rank draws; no gradients follow.
  func frame(_ place: Int, camera: Camera, settings: RenderSettings) -> Frame {
    let (rasterizer, splats) = splats(place, camera: camera, settings: settings)
    let lists = rasterizer.bin(splats, isForBackward: false, workers: workers)
    let pass = rasterizer.sort(splats, lists, workers: workers)
    var frame = Frame(
      width: camera.width, height: camera.height, includesDepth: settings.includesDepth)
    frame.withPlanes { planes in
      rasterizer.blend(pass, into: planes, workers: workers)
      planes.finish(workers: workers)
    }
    return frame
  }

  /// Keeps the gradients of the picture that this rank has drawn.
  func keep(_ picture: GradientSums.Picture) {
    drawn = drawing.sums(of: picture.gradients, in: picture.pass, workers: workers)
  }

  /// Gives the gradients of a round's pictures back to where the Gaussians are.
  func giveBack(round: Int) {
    let places = places(ofRound: round)
    // They take the places of what was sent. Both consist of units of 16 bytes.
    func units(_ parts: RankParts, apart: Int) -> RankParts {
      RankParts(
        counts: parts.counts.map { $0 * Self.gradientUnits },
        starts: parts.starts.map { $0 * apart })
    }
    ranks.exchange(
      drawn.bytes, units(receivedParts(places[ranks.rank]), apart: Self.gradientUnits),
      into: sentView.records.bytes, units(sentParts(places), apart: Self.recordUnits),
      size: Self.unit)
  }

  private static let unit = 16
  private static let gradientUnits = MemoryLayout<ProjectedGradient>.stride / unit
  private static let recordUnits = MemoryLayout<ProjectedSplat>.stride / unit

  // MARK: The way back

  /// The pictures with the gradients of this rank's Gaussians, after all rounds.
  ///
  /// - Parameter includesDepth: whether the loss of each picture depends on the depth.
  func pictures(includesDepth: [Bool]) -> [GradientSums.Picture] {
    passes.indices.map { place in
      let count = visible[place][ranks.rank]
      let mine = sentView.records.slice(starts[place]..<starts[place] + count)
      return GradientSums.Picture(
        pass: passes[place],
        gradients: mine.reused(for: ProjectedGradient.self, count: count),
        includesDepth: includesDepth[place])
    }
  }
}

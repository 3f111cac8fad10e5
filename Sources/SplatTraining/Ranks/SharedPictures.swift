import SplatCore
import SplatRendering

/// Draws pictures of a model whose Gaussians several ranks hold.
///
/// Each rank projects its own Gaussians for all pictures (``begin(_:model:clusters:)``). One rank
/// draws each picture, whole: the others send it what they have projected, 72 bytes for each
/// visible Gaussian. Each gets the gradients of these back, 48 bytes, in the same order
/// (``finish(includesDepth:)``). So sums over pixels end where they are drawn, in the order in
/// which a single process adds them up.
final class SharedPictures {
  /// What a picture depends on besides the model.
  struct Eye {
    var camera: Camera
    var settings: RenderSettings
  }

  private let ranks: any Ranks
  private let workers: Workers
  /// One for each picture: it keeps the projection of this rank's Gaussians.
  private var rasterizers: [Rasterizer] = []
  private var slots: [Buffer<SlotRange>] = []
  private let drawing = Rasterizer()
  private let sent = Buffer<SentSplat>(), received = Buffer<SentSplat>()
  private let picture = Buffer<ProjectedGradient>()
  private let drawn = Buffer<ProjectedGradient>(), returned = Buffer<ProjectedGradient>()

  // MARK: The pictures of a step

  private var projected: [ProjectedSplats] = []
  /// How many Gaussians each rank has in each picture.
  private var visible: [[Int]] = []
  /// The rank that draws each picture.
  private(set) var drawers: [Int] = []
  private var receivedView: BufferView<SentSplat>
  private var drawnView: BufferView<ProjectedGradient>

  init(ranks: any Ranks, workers: Workers) {
    self.ranks = ranks
    self.workers = workers
    receivedView = received.view(count: 0)
    drawnView = drawn.view(count: 0)
  }

  /// The number of ranks.
  var rankCount: Int { ranks.count }

  /// The pictures that this rank draws, by their places.
  var places: [Int] { places(of: ranks.rank) }

  private func places(of rank: Int) -> [Int] {
    drawers.indices.filter { drawers[$0] == rank }
  }

  /// Projects this rank's Gaussians for all pictures and decides who draws which.
  func begin(_ eyes: [Eye], model: ParameterView, clusters: ClusterBoxes?) {
    while rasterizers.count < eyes.count {
      rasterizers.append(Rasterizer())
      slots.append(Buffer())
    }
    projected = zip(rasterizers, eyes).map { rasterizer, eye in
      rasterizer.project(
        model, clusters: clusters, camera: eye.camera, settings: eye.settings, workers: workers)
    }
    let mine = projected.map { Int32($0.visibleCount) }
    let all = ranks.gathered(
      mine, counts: [Int](repeating: eyes.count, count: ranks.count))
    visible = eyes.indices.map { picture in
      (0..<ranks.count).map { Int(all[$0 * eyes.count + picture]) }
    }
    drawers = PictureAssignment.drawers(visible: visible)
  }

  /// How many Gaussians go from `source` to `target` in the pictures that the latter draws.
  private func count(from source: Int, to target: Int) -> Int {
    places(of: target).reduce(0) { $0 + visible[$1][source] }
  }

  private var sentCounts: [Int] {
    (0..<ranks.count).map { count(from: ranks.rank, to: $0) }
  }
  private var receivedCounts: [Int] {
    (0..<ranks.count).map { count(from: $0, to: ranks.rank) }
  }

  /// Where each rank's Gaussians of a picture that this one draws are among those received.
  private func ranges(of place: Int) -> [Range<Int>] {
    var start = 0
    return (0..<ranks.count).map { source in
      let before = places.prefix { $0 < place }.reduce(0) { $0 + visible[$1][source] }
      let first = start + before
      start += count(from: source, to: ranks.rank)
      return first..<first + visible[place][source]
    }
  }

  /// Where this rank's Gaussians of each picture are among those sent.
  private var sentRanges: [Range<Int>] {
    var result = [Range<Int>](repeating: 0..<0, count: drawers.count)
    var start = 0
    for target in 0..<ranks.count {
      for place in places(of: target) {
        result[place] = start..<start + visible[place][ranks.rank]
        start += visible[place][ranks.rank]
      }
    }
    return result
  }

  /// Sends the projected Gaussians to where they are drawn.
  func send() {
    let (sentCounts, receivedCounts) = (sentCounts, receivedCounts)
    let sentView = sent.view(count: sentCounts.reduce(0, +))
    for (splats, range) in zip(projected, sentRanges) {
      splats.write(to: sentView.slice(range), workers: workers)
    }
    receivedView = received.view(count: receivedCounts.reduce(0, +))
    drawnView = drawn.view(count: receivedView.count)
    ranks.exchange(sentView, sentCounts, into: receivedView, receivedCounts)
  }

  /// The Gaussians of a picture that this rank draws, until those of the next one are taken.
  ///
  /// - Parameter settings: those that the picture is drawn with.
  func splats(_ place: Int, camera: Camera, settings: RenderSettings) -> (
    rasterizer: Rasterizer, splats: ProjectedSplats
  ) {
    let projection = Projection(
      projected[place].projection.model, camera: camera, settings: settings)
    let parts = ranges(of: place).map { receivedView.slice($0) }
    return (drawing, drawing.receive(parts, projection: projection, workers: workers))
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

  /// Keeps the gradients of a picture that this rank has drawn, for ``finish(includesDepth:)``.
  func keep(_ drawn: GradientSums.Picture, at place: Int) {
    // The sums of the picture in the order of the scene go to the parts of the ranks.
    let ranges = ranges(of: place)
    let count = ranges.reduce(0) { $0 + $1.count }
    let sums = picture.view(count: count)
    drawn.pass.write(sumsOf: drawn.gradients, to: sums, workers: workers)
    var start = 0
    for range in ranges {
      drawnView.copy(sums.slice(start..<start + range.count), to: range.lowerBound)
      start += range.count
    }
  }

  /// Sends the gradients back to where the Gaussians are.
  ///
  /// - Parameter includesDepth: whether the loss of each picture depends on the depth.
  func finish(includesDepth: [Bool]) -> [GradientSums.Picture] {
    let (sentCounts, receivedCounts) = (sentCounts, receivedCounts)
    let returnedView = returned.view(count: sentCounts.reduce(0, +))
    ranks.exchange(drawnView, receivedCounts, into: returnedView, sentCounts)
    let ranges = sentRanges
    return projected.indices.map { place in
      GradientSums.Picture(
        pass: projected[place].passOfOwner(slots: slots[place], workers: workers),
        gradients: returnedView.slice(ranges[place]), includesDepth: includesDepth[place])
    }
  }
}

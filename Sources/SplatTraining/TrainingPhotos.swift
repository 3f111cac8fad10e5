import Dispatch
public import SplatCore
import Synchronization

/// The photos of a training run, all in memory or read when they are needed.
///
/// The source of a photo does not affect the result. Photos that are read are cached while there is
/// room, and the next ones are read ahead while the trainer works.
public final class TrainingPhotos: Sendable {
  /// The cameras of the photos; their sizes are those of the photos.
  public let cameras: [Camera]
  /// The ``TrainingView/stops`` of the photos.
  package let stops: [Double?]
  /// Whether any photo has a depth map.
  package let hasDepth: Bool
  private let held: [TrainingView]?
  private let digests: [UInt64]
  private let cacheBytes: Int
  private let read: @Sendable (Int) throws -> TrainingView
  private let state = Mutex(State())

  /// What is in memory besides photos given at the start.
  private struct State {
    var factor = 1
    var cached: [Int: TrainingView] = [:]
    var cachedBytes = 0
    var pending: [Int: PendingView] = [:]
    var failure: (any Error)?
    var exposures: (points: [SIMD3<Float>], measured: MeasuredExposures)?
  }

  /// The largest number of photos that are read ahead.
  package static let readAhead = 2

  /// Photos that are in memory.
  public init(_ views: [TrainingView]) {
    cameras = views.map(\.camera)
    stops = views.map(\.stops)
    hasDepth = views.contains { $0.depth != nil }
    held = views
    digests = []
    cacheBytes = .max
    read = { views[$0] }
  }

  /// Photos that are read when they are needed.
  ///
  /// - Parameters:
  ///   - cameras: their cameras.
  ///   - digests: the ``TrainingView/digest`` of each.
  ///   - stops: the ``TrainingView/stops`` of each; none are known if it is empty.
  ///   - hasDepth: whether any photo has a depth map.
  ///   - cacheBytes: the bytes of photos that may be kept in memory.
  ///   - read: reads a photo by its index in `cameras`, always with the same result; called from
  ///     any thread.
  public init(
    cameras: [Camera], digests: [UInt64], stops: [Double?] = [], hasDepth: Bool = false,
    cacheBytes: Int,
    read: @escaping @Sendable (Int) throws -> TrainingView
  ) {
    precondition(cameras.count == digests.count, "every photo has a digest")
    precondition(stops.isEmpty || stops.count == cameras.count, "no stops or one for each photo")
    self.cameras = cameras
    self.stops = stops.isEmpty ? cameras.map { _ in nil } : stops
    self.digests = digests
    self.hasDepth = hasDepth
    self.cacheBytes = cacheBytes
    self.read = read
    held = nil
  }

  /// The number of photos.
  public var count: Int { cameras.count }

  /// The first error in reading a photo; what was trained after it is invalid.
  public var failure: (any Error)? { state.withLock { $0.failure } }

  /// A number that identifies a photo and its camera.
  func digest(_ index: Int) -> UInt64 { held.map { $0[index].digest } ?? digests[index] }

  /// The photo at `index` in its own size, without changing what is cached for the training.
  /// Returns nil if it cannot be read.
  public func original(_ index: Int) -> TrainingView? {
    held.map { $0[index] } ?? (try? read(index))
  }

  /// How bright the photos are, by what they show of `points`. All are read for it, once for the
  /// same points.
  package func exposures(
    at points: [SIMD3<Float>], workers: Workers
  ) -> MeasuredExposures {
    if let known = state.withLock({ $0.exposures }), known.points == points {
      return known.measured
    }
    let measured = MeasuredExposures(of: self, points: points, workers: workers)
    state.withLock { $0.exposures = (points, measured) }
    return measured
  }

  /// The photo at `index` at an integer fraction of its size.
  package func view(_ index: Int, factor: Int = 1) -> TrainingView {
    if let held, factor == 1 { return held[index] }
    let (known, pending) = state.withLock { state in
      Self.use(factor, &state)
      return (state.cached[index], state.pending.removeValue(forKey: index))
    }
    if let known { return known }
    let view = pending?.wait() ?? load(index, factor: factor)
    state.withLock { state in
      guard state.factor == factor, state.cached[index] == nil,
        view.byteCount <= cacheBytes - state.cachedBytes
      else { return }
      state.cached[index] = view
      state.cachedBytes += view.byteCount
    }
    return view
  }

  /// Starts reading photos that will be needed next, on other threads.
  func prepare(_ indices: [Int], factor: Int) {
    guard held == nil else { return }
    for index in indices {
      let pending = state.withLock { state -> PendingView? in
        Self.use(factor, &state)
        guard state.cached[index] == nil, state.pending[index] == nil,
          state.pending.count < Self.readAhead
        else { return nil }
        let pending = PendingView()
        state.pending[index] = pending
        return pending
      }
      guard let pending else { continue }
      DispatchQueue.global().async { pending.finish(self.load(index, factor: factor)) }
    }
  }

  private static func use(_ factor: Int, _ state: inout State) {
    guard state.factor != factor else { return }
    state.factor = factor
    state.cached = [:]
    state.cachedBytes = 0
    state.pending = [:]
  }

  private func load(_ index: Int, factor: Int) -> TrainingView {
    do { return try read(index).downscaled(by: factor) } catch {
      state.withLock { $0.failure = $0.failure ?? error }
      // A placeholder is returned until the owner checks ``failure``.
      let camera = cameras[index]
      let black = [UInt8](repeating: 0, count: camera.width * camera.height * 3)
      let photo = Photo(width: camera.width, height: camera.height, channels: 3, bytes: black)
      return TrainingView(name: "", camera: camera, photo: photo).downscaled(by: factor)
    }
  }
}

/// A photo that another thread is reading.
private final class PendingView: Sendable {
  private let view = Mutex<TrainingView?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  func finish(_ view: TrainingView) {
    self.view.withLock { $0 = view }
    isDone.signal()
  }

  /// Waits for the photo; called once.
  func wait() -> TrainingView? {
    isDone.wait()
    return view.withLock { $0 }
  }
}

extension TrainingView {
  /// The size of the photo, its mask and its depth map, in bytes.
  public var byteCount: Int {
    photo.bytes.count + photo.deepSamples.count * 2 + (mask?.count ?? 0)
      + (depth.map { $0.values.count * 4 + ($0.confidence?.count ?? 0) } ?? 0)
  }

  /// A number that identifies the name, camera, photo, mask and depth map.
  public var digest: UInt64 {
    var checksum = Checksum()
    checksum.add("\(name)\n\(camera)".utf8)
    checksum.add(photo.bytes)
    for sample in photo.deepSamples { checksum.add(UInt64(sample)) }
    checksum.add(mask ?? [])
    if let stops { checksum.add("\(stops)".utf8) }
    if let depth {
      checksum.add("\(depth.width) \(depth.height)".utf8)
      for value in depth.values { checksum.add(UInt64(value.bitPattern)) }
      checksum.add(depth.confidence ?? [])
    }
    return checksum.value
  }
}

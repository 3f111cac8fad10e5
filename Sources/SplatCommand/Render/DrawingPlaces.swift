import SplatCore
import SplatRendering
import Synchronization

/// Renderers that draw different frames at the same time, as many as serve the machine.
///
/// A frame on one thread takes less processor time than the same frame on many, whose threads wait
/// for each other at every step, and the compression of its file has one thread in any case. So
/// each thread has a frame of its own, unless there are fewer frames than threads or the memory of
/// a renderer for each thread is too much.
struct DrawingPlaces: Sendable {
  /// A renderer that draws one frame at a time.
  final class Place: Sendable {
    private let renderer: Mutex<Renderer>

    init(settings: RenderSettings) { renderer = Mutex(Renderer(settings: settings)) }

    /// The picture of `splats` that `camera` takes.
    func draw(_ splats: Splats, from camera: Camera) -> Frame {
      renderer.withLock { $0.render(splats, from: camera) }
    }
  }

  private let places: [Place]
  private let frameCount: Int

  /// The memory that a renderer keeps for each Gaussian.
  private static let bytesPerSplat = 200
  /// The memory of a frame in work for each pixel: planes of floats, bytes, and the compressor's.
  private static let bytesPerPixel = 64
  /// The share of the memory that is free of which renderers may take.
  private static let shareOfMemory = 0.5

  /// Makes places for drawing `splats` from the cameras of `frames`.
  init(frames: [Camera], splats: Splats, settings: RenderSettings) {
    let area = frames.reduce(1) { max($0, $1.width * $1.height) }
    let bytes = splats.count * Self.bytesPerSplat + area * Self.bytesPerPixel
    let room = Int(Double(ProcessMemory.available) * Self.shareOfMemory)
    let threads = Workers(threads: settings.threads).threads
    let count = Self.count(frames: frames.count, threads: threads, bytesEach: bytes, room: room)
    var settings = settings
    settings.threads = max(1, threads / count)
    places = (0..<count).map { _ in Place(settings: settings) }
    frameCount = frames.count
  }

  /// How many frames are drawn at once: one for each thread, but no more than there are and than
  /// have room in `room` bytes.
  static func count(frames: Int, threads: Int, bytesEach: Int, room: Int) -> Int {
    max(1, min(threads, frames, room / max(1, bytesEach)))
  }

  /// The number of frames that are drawn at once.
  var count: Int { places.count }

  /// Calls `body` once for each frame, with the place that draws it; frames begin in their order.
  func forEachFrame(_ body: @Sendable (_ index: Int, _ place: Place) -> Void) {
    Workers(threads: places.count).forEach(frameCount) { index, worker in
      body(index, places[worker])
    }
  }
}

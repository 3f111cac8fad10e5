import SplatCore
import SplatFiles

/// How much memory the photos of a scene take, known from their headers.
struct PhotoMemory {
  /// The bytes of all photos and masks at the size that training uses.
  private(set) var decoded = 0
  /// The bytes of the largest of them.
  private(set) var largest = 0
  /// The largest number of bytes that decoding one photo takes for a while.
  private(set) var decoding = 0
  /// The pixels of the largest photo.
  private(set) var largestArea = 0

  /// Adds up the photos of `views`. A header that cannot be read is reported when the photo is
  /// decoded.
  init(_ views: [SceneView], options: PhotoOptions) {
    for need in Workers().gathering(views.count, { Need(views[$0], options: options) }) {
      decoded += need.bytes
      largest = max(largest, need.bytes)
      decoding = max(decoding, need.work)
      largestArea = max(largestArea, need.area)
    }
  }

  /// What one photo takes.
  private struct Need: BitwiseCopyable, Sendable {
    private(set) var bytes = 0
    private(set) var work = 0
    private(set) var area = 0

    init(_ view: SceneView, options: PhotoOptions) {
      guard let header = try? ImageFile.size(path: view.imagePath) else { return }
      let size = options.scale.size(width: view.camera.width, height: view.camera.height)
      area = size.width * size.height
      let isMasked = view.maskPath != nil || (header.hasAlpha && options.alpha == .mask)
      let isTransparent =
        options.masks == .transparent
        ? isMasked || header.hasAlpha : header.hasAlpha && options.alpha == .transparent
      let channels = isTransparent ? 4 : 3
      let depth = header.isDeep ? 3 : 1
      bytes = area * (channels * depth + (isMasked || view.lens != nil ? 1 : 0))
      // The file's own pixels, and a copy of them when they are straightened or made smaller.
      let file = header.width * header.height
      let straight = view.lens == nil ? 0 : view.camera.width * view.camera.height
      work = (file + straight) * (header.hasAlpha ? 4 : 3) * depth
      // A depth map as it is kept, and as it is read.
      guard let source = view.depth, let map = try? DepthFile.size(path: source.path) else {
        return
      }
      let cell = source.confidencePath == nil ? 4 : 5
      bytes += cell * (view.lens == nil ? min(area, map.width * map.height) : area)
      work += map.width * map.height * 2 * cell
    }
  }
}

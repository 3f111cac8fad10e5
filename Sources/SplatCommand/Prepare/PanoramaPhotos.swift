import SplatCore
import SplatFiles
import SplatPlatform
import Synchronization

/// Panoramas in a folder, of which COLMAP gets the views of a ``PanoramaRig``, with a quarter of
/// the pixels that the panorama is wide.
struct PanoramaPhotos {
  private let folder: String
  private let names: [String]
  /// The size of each.
  private let sizes: [(width: Int, height: Int)]
  /// The pixels of a view a side, the same for all.
  private let side: Int

  /// The number of views of a panorama.
  static let viewsEach = PanoramaRig.turns.count
  /// In a video, the views of a panorama are compared with those of so many after it.
  static let comparedPanoramas = 5
  /// More than this, in pixels, no panorama is off the proportions 2:1.
  private static let tolerance = 2

  /// Reads the headers of the photos in `folder`.
  ///
  /// - Throws: an error if one is not twice as wide as high, and so no panorama.
  init(folder: String) throws(FileError) {
    self.folder = folder
    names = SceneFiles.images(in: folder)
    var sizes: [(width: Int, height: Int)] = []
    for name in names {
      let header = try ImageFile.size(path: "\(folder)/\(name)")
      guard abs(header.width - 2 * header.height) <= Self.tolerance else {
        throw FileError(
          .badInput, path: "\(folder)/\(name)",
          problem: """
            is \(header.width) x \(header.height) pixels; a panorama, twice as wide as high, was \
            expected
            """)
      }
      sizes.append((header.width, header.height))
    }
    self.sizes = sizes
    side = max(1, (sizes.map(\.width).max() ?? 0) / 4)
  }

  /// The number of panoramas.
  var count: Int { names.count }

  /// Writes the views of all panoramas to the folder `target`: `view_00/a.jpg` to `view_11/a.jpg`
  /// of `a.jpg`.
  ///
  /// - Parameter progress: called with the number of panoramas that are done, and their number.
  /// - Throws: what is wrong with a file, or ``ProgramRun/Stopped``.
  func cut(into target: String, threads: Int?, _ progress: (Int, Int) -> Void) throws {
    // COLMAP's lists have names without spaces, and a folder of their own is that of a camera.
    let stems = FrameNames.names(
      for: names.map { $0.replacing(" ", with: "_").replacing("/", with: "_") })
    let failure = Mutex<FileError?>(nil)
    let atOnce = Workers(threads: threads).threads
    for start in stride(from: 0, to: count, by: atOnce) {
      if Interrupt.received != nil { throw ProgramRun.Stopped() }
      let end = min(start + atOnce, count)
      let views = (start..<end).flatMap { self.views(of: $0, stem: stems[$0]) }
      Scene.forEachPhoto(views, threads: threads) { index, photo in
        guard Interrupt.received == nil, failure.withLock({ $0 == nil }) else { return }
        do throws(FileError) {
          try Self.write(photo.get().photo, to: "\(target)/\(views[index].name)")
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
      if let failure = failure.withLock({ $0 }) { throw failure }
      progress(end, count)
    }
    if Interrupt.received != nil { throw ProgramRun.Stopped() }
  }

  private func views(of index: Int, stem: String) -> [SceneView] {
    let lens = PhotoLens(panoramaWidth: sizes[index].width, height: sizes[index].height)
    let camera = Camera(
      width: side, height: side, focalLength: SIMD2(repeating: Double(side) / 2))
    return PanoramaRig.turns.enumerated().map { number, turn in
      SceneView(
        name: PanoramaRig.folder(number) + stem, camera: camera,
        imagePath: "\(folder)/\(names[index])", isTest: false, lens: lens.cut(to: turn))
    }
  }

  /// Writes a view, as a JPEG file unless it has an alpha channel.
  private static func write(_ photo: Photo, to path: String) throws(FileError) {
    if let slash = path.lastIndex(of: "/") { try FileOutput.makeFolder(String(path[..<slash])) }
    if photo.channels == 4 {
      try PNGFile.write(photo, to: "\(path).png", isFast: true)
    } else {
      try JPEGFile.write(photo, to: "\(path).jpg")
    }
  }
}

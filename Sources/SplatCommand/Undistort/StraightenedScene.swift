import SplatCore
import SplatFiles
import SplatPlatform
import Synchronization

/// A scene whose photos are straightened and written with pinhole cameras.
struct StraightenedScene {
  private let scene: Scene
  private let options: PhotoOptions
  /// The names of the photos' files, in the order of the scene's views.
  private let names: [String]

  /// The user asked to stop.
  struct Stopped: Error {}

  /// What has been done.
  private struct State {
    var done = 0
    var masked = 0
    var deep = 0
    var failure: (any Error)?
  }

  init(_ scene: Scene, options: PhotoOptions) {
    self.scene = scene
    self.options = options
    names = FrameNames.names(for: scene.views.map(\.name)).map { "\($0).png" }
  }

  /// Throws unless `path` is free for a new scene.
  static func check(_ path: String) throws(FileError) {
    guard !FilePaths.exists(path) else {
      throw FileError(.cannotWrite, path: path, problem: "exists; a new folder was expected")
    }
  }

  /// Writes the scene to a new folder at `path`, which is there whole or not at all.
  ///
  /// - Returns: the number of photos that have masks.
  /// - Throws: ``Stopped`` if the user interrupts it, or a `FileError`.
  func write(to path: String, threads: Int?, report: ReportOptions) throws -> Int {
    try Self.check(path)
    for leftover in Leftovers.folders(of: path) {
      try? FileManager.default.removeItem(atPath: leftover)
    }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    let partial = Leftovers.temporary(for: folder)
    do {
      let masked = try writeParts(to: partial, threads: threads, report: report)
      try FileOutput.move(partial, to: path)
      return masked
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw error
    }
  }

  private func writeParts(to path: String, threads: Int?, report: ReportOptions) throws -> Int {
    try FileOutput.makeFolder("\(path)/images")
    let isShown = report.isPlain && Console.isTerminal
    let state = Mutex(State())
    Scene.forEachPhoto(scene.views, options: options, threads: threads) { index, photo in
      guard Interrupt.received == nil, state.withLock({ $0.failure == nil }) else { return }
      do {
        let photo = try photo.get()
        let isDeep = !photo.photo.deepSamples.isEmpty
        let isMasked = try write(photo, name: names[index], to: path)
        let done = state.withLock { state in
          state.done += 1
          state.masked += isMasked ? 1 : 0
          state.deep += isDeep ? 1 : 0
          return state.done
        }
        if isShown { Console.rewrite("photos   \(done) of \(names.count)") }
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
    if isShown { Console.clearLine() }
    let end = state.withLock { $0 }
    if end.deep > 0 {
      Console.warn(
        """
        \(Wording.count(end.deep, "photo")) with samples of 16 bits: the copies have 8, which \
        training on them will miss
        """)
    }
    if let failure = end.failure { throw failure }
    if Interrupt.received != nil { throw Stopped() }
    try model.write(to: "\(path)/sparse/0")
    try writeSplit(to: path)
    return end.masked
  }

  /// Writes which photos are for training and for testing, unless every eighth by name is for
  /// testing, as it is without lists.
  private func writeSplit(to path: String) throws(FileError) {
    let photos = zip(names, scene.views.map(\.isTest)).sorted { $0.0 < $1.0 }
    let usual = SceneOptions()
    guard photos.indices.contains(where: { photos[$0].1 != usual.isTest($0) }) else { return }
    for (file, isTest) in [("train_list.txt", false), ("test_list.txt", true)] {
      let listed = photos.filter { $0.1 == isTest }
      try FileOutput.write(listed.map { $0.0 + "\n" }.joined(), to: "\(path)/\(file)")
    }
  }

  /// Writes a photo, and its mask if some pixels do not count.
  ///
  /// - Returns: whether there is a mask.
  private func write(_ photo: ScenePhoto, name: String, to path: String) throws(FileError) -> Bool {
    try Self.write(photo.photo, to: "\(path)/images/\(name)")
    guard let validity = photo.validity else { return false }
    let mask = Photo(
      width: photo.photo.width, height: photo.photo.height, channels: 3,
      bytes: validity.flatMap { [UInt8](repeating: $0 * 255, count: 3) })
    try Self.write(mask, to: "\(path)/masks/\(name)")
    return true
  }

  private static func write(_ photo: Photo, to path: String) throws(FileError) {
    if let slash = path.lastIndex(of: "/") { try FileOutput.makeFolder(String(path[..<slash])) }
    try PNGFile.write(photo, to: path, isFast: true)
  }

  /// The reconstruction in the frame of the scene's files, with a camera for each lens and size.
  private var model: COLMAPModel {
    var model = COLMAPModel()
    for (index, view) in scene.views.enumerated() {
      let camera = options.scale.camera(view.camera)
      let parameters = [
        camera.focalLength.x, camera.focalLength.y, camera.principalPoint.x,
        camera.principalPoint.y,
      ]
      let known = model.cameras.firstIndex {
        $0.width == camera.width && $0.height == camera.height && $0.parameters == parameters
      }
      if known == nil {
        model.cameras.append(
          COLMAPModel.CameraEntry(
            id: UInt32(model.cameras.count + 1), lens: .pinhole, width: camera.width,
            height: camera.height, parameters: parameters))
      }
      model.images.append(
        COLMAPModel.ImageEntry(
          id: UInt32(index + 1), rotation: Quaternion(camera.viewMatrix.rotation),
          translation: camera.viewMatrix(-scene.origin),
          cameraID: UInt32(known.map { $0 + 1 } ?? model.cameras.count), name: names[index]))
    }
    model.points = zip(scene.points.positions, scene.points.colors).enumerated().map {
      COLMAPModel.Point(
        id: UInt64($0.offset + 1), position: SIMD3<Double>($0.element.0) + scene.origin,
        color: $0.element.1)
    }
    return model
  }
}

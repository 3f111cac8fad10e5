import SplatFiles
import SplatPlatform

/// The folder of a scene in the making.
struct PreparedFolder {
  /// A part of the work that is done once.
  enum Step: String, Codable, CaseIterable {
    case images, features, matches, model
  }

  /// What `prepare.json` keeps.
  private struct State: Codable {
    var version = SplatTool.version
    var settings: PreparationSettings
    var done: [Step]
  }

  /// The folder's path.
  let path: String

  /// What a preparation writes, and what `--overwrite` therefore removes.
  private static let contents = [
    "prepare.json", "prepare.log", "database.db", "rig.json", "pairs.txt", "strays.txt", "images",
    "images.partial", "panoramas.partial",
    "sparse", "sparse.partial",
  ]

  /// Where `--overwrite` puts an earlier scene until the new one is complete.
  private static let earlier = "earlier"

  init(_ path: String) { self.path = path }

  /// The path of `name` in the folder.
  func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Prepares the folder for a new run, or to continue one with the same settings.
  ///
  /// - Returns: what undoes that for a new run that comes to nothing, if it is one.
  func begin(_ settings: PreparationSettings, overwrite: Bool) throws -> (() -> Void)? {
    guard !FilePaths.isFile(path) else {
      throw FileError(
        .cannotWrite, path: path, problem: "is a file; a folder for the scene was expected")
    }
    try restoreHalfSetAside()
    // Photos that lie in the scene already are used where they are, and are never removed.
    let contents = Self.contents.filter { $0 != "images" || !hasOwnImages(settings.source) }
    if overwrite, FilePaths.exists(file("prepare.json")) { try setAside(contents) }
    guard !FilePaths.exists(file("prepare.json")) else {
      let state = try read()
      guard state.settings == settings else {
        throw FileError(
          .cannotWrite, path: path,
          problem: "holds a scene that was begun with other settings; --overwrite starts over")
      }
      return nil
    }
    for name in contents where FilePaths.exists(file(name)) {
      throw FileError(
        .cannotWrite, path: file(name),
        problem: "exists and is not of a preparation; another folder for the scene was expected")
    }
    let hadFolder = FilePaths.exists(path)
    try FileOutput.makeFolder(path)
    try write(State(settings: settings, done: []))
    return {
      for name in contents { try? remove(name) }
      // A folder that has anything else in it stays.
      if !hadFolder { _ = unsafe rmdir(path) }
    }
  }

  /// Whether the folder lies in the folder at `other`, or is it.
  func isInside(_ other: String) -> Bool {
    func resolved(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
    }
    let outer = resolved(other)
    return resolved(path) == outer || resolved(path).hasPrefix(outer + "/")
  }

  /// Whether no step has been finished.
  var isUnbegun: Bool { ((try? read())?.done ?? []).isEmpty }

  /// Puts a complete scene aside; what is left of an incomplete one is removed.
  private func setAside(_ contents: [String]) throws(FileError) {
    guard FilePaths.exists(file("sparse")) else {
      for name in contents { try remove(name) }
      return
    }
    try makeEmpty(Self.earlier)
    // `prepare.json` goes last: without it, the scene has not been put aside.
    for name in contents.reversed() where FilePaths.exists(file(name)) {
      try FileOutput.move(file(name), to: earlierFile(name))
    }
  }

  /// Moves back what was put aside, if that was cut off.
  private func restoreHalfSetAside() throws(FileError) {
    guard !FilePaths.exists(earlierFile("prepare.json")) else { return }
    for name in Self.contents
    where FilePaths.exists(earlierFile(name)) && !FilePaths.exists(file(name)) {
      try FileOutput.move(earlierFile(name), to: file(name))
    }
  }

  private func earlierFile(_ name: String) -> String { file("\(Self.earlier)/\(name)") }

  /// Removes the scene that the new one, which is complete, replaces.
  func removeEarlier() throws(FileError) { try remove(Self.earlier) }

  /// Whether the photos are those in the scene's own folder of images.
  func hasOwnImages(_ source: String) -> Bool {
    URL(fileURLWithPath: file("images")).resolvingSymlinksInPath().path
      == URL(fileURLWithPath: source).resolvingSymlinksInPath().path
  }

  /// Whether `step` has been finished, by this run or an earlier one.
  func isDone(_ step: Step) throws -> Bool { try read().done.contains(step) }

  /// Records that `step` is finished.
  func finish(_ step: Step) throws {
    var state = try read()
    state.done.append(step)
    try write(state)
  }

  /// Removes what is called `name`, if it exists.
  func remove(_ name: String) throws(FileError) {
    guard FilePaths.exists(file(name)) else { return }
    try FileOutput.remove(file(name))
  }

  /// Makes an empty folder called `name`.
  func makeEmpty(_ name: String) throws(FileError) {
    try remove(name)
    try FileOutput.makeFolder(file(name))
  }

  /// Gives the finished `partial` its name.
  func rename(_ partial: String, to name: String) throws(FileError) {
    try remove(name)
    try FileOutput.move(file(partial), to: file(name))
  }

  private func read() throws(FileError) -> State {
    let data = try FileInput.read(path: file("prepare.json"))
    do { return try JSONDecoder().decode(State.self, from: Data(data)) } catch {
      throw FileError(
        .badInput, path: file("prepare.json"),
        problem: "is not what a preparation writes; --overwrite starts over")
    }
  }

  private func write(_ state: State) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try FileOutput.write(
      [UInt8](try encoder.encode(state)) + [UInt8(ascii: "\n")], to: file("prepare.json"))
  }
}

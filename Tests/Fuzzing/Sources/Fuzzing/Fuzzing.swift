import Foundation
import SplatCore
import SplatFiles

/// What is read: `SPLAT_FUZZ` is ply, compressed-ply, spz, spz4, glb, sog, ksplat, colmap,
/// transforms, opensfm, zip or photo.
private let kind = ProcessInfo.processInfo.environment["SPLAT_FUZZ"] ?? "ply"
/// A folder for files of readers that take no bytes, and for seeds.
private let folder = ProcessInfo.processInfo.environment["SPLAT_FUZZ_FOLDER"] ?? "/tmp/splat-fuzz"

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer,
  _ test: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

/// The program's start, by the name that the package manager gives it.
@_cdecl("Fuzzing_main")
public func start(_ count: CInt, _ arguments: UnsafeMutableRawPointer) -> CInt {
  do { try Seeds.write(kind, to: "\(folder)/seeds") } catch { print("no seeds: \(error)") }
  var (count, arguments) = (count, arguments)
  return runFuzzer(&count, &arguments) { test($0, $1) }
}

/// Reads the bytes, which may end in a model or in a `FileError` and in nothing else.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ base: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: base, count: count))
  do throws(FileError) {
    switch kind {
    case "colmap": try readCOLMAP(bytes)
    case "transforms": try readScene(bytes, "transforms.json")
    case "opensfm": try readScene(bytes, "reconstruction.json")
    case "zip": try readArchive(bytes)
    case "photo": _ = try ImageFile.read(bytes, path: "a")
    case "spz": _ = try ModelFile.read(StoredGzip.file(bytes), path: "a.spz")
    default: _ = try ModelFile.read(bytes, path: "a.\(kind)")
    }
  } catch {
    precondition(!error.problem.isEmpty && error.kind != .cannotWrite)
  }
  return 0
}

/// The first byte says which of the three files the rest is; the others are as they should be.
private func readCOLMAP(_ bytes: [UInt8]) throws(FileError) {
  let changed = Int(bytes.first ?? 0) % Seeds.modelFiles.count
  for (index, file) in Seeds.modelFiles.enumerated() {
    let content = index == changed ? Array(bytes.dropFirst()) : file.bytes
    // Not through FileOutput, which waits for the disk.
    try? Data(content).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
  }
  _ = try COLMAPModel.read(path: folder)
}

/// Puts the file called `name` into a scene whose photo is there, and reads both.
private func readScene(_ bytes: [UInt8], _ name: String) throws(FileError) {
  try? Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  try read(Scene.open(path: folder))
}

/// The number of archives so far: one with the name of another would be taken for it.
nonisolated(unsafe) private var archives = 0

private func readArchive(_ bytes: [UInt8]) throws(FileError) {
  let path = "\(folder)/\(archives).zip"
  archives += 1
  try? Data(bytes).write(to: URL(fileURLWithPath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  try read(Scene.open(path: path))
}

/// Reads the first photo of a scene, small.
private func read(_ scene: Scene) throws(FileError) {
  if let view = scene.views.first { _ = try view.read(PhotoOptions(scale: .maximumSide(16))) }
}

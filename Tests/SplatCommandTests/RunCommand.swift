import Foundation
import Testing

/// What a run of the command left behind.
struct CommandResult {
  /// The exit code, or 128 and the signal's number if a signal ended it.
  var code: Int32
  /// Standard output.
  var output: String
  /// Standard error.
  var errors: String

  /// The lines of standard output.
  var lines: [Substring] { output.split(separator: "\n") }
}

/// Runs the built `splat`.
enum Command {
  /// The program.
  static let program = built("splat")

  /// The path of a program, which the build puts beside the tests.
  static func built(_ name: String) -> String? {
    var folders = [URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()]
    for bundle in Bundle.allBundles where bundle.bundlePath.hasSuffix(".xctest") {
      folders.append(bundle.bundleURL.deletingLastPathComponent())
    }
    folders.append(Bundle.main.bundleURL)
    return folders.map { $0.appendingPathComponent(name).path }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  /// Runs the command to its end.
  static func run(
    _ arguments: String..., environment: [String: String] = [:], in folder: String? = nil
  ) throws -> CommandResult {
    let running = try start(arguments, environment: environment, in: folder)
    return running.wait()
  }

  /// Starts the command.
  static func start(
    _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> RunningCommand {
    let program = try #require(
      program, "the program splat is not beside the tests; `swift build --product splat` makes it")
    return try RunningCommand(
      program: program, arguments: arguments, environment: environment, folder: folder)
  }
}

/// A command that has been started.
final class RunningCommand {
  private let process = Process()
  private let files = TemporaryFolder()

  init(program: String, arguments: [String], environment: [String: String], folder: String?) throws
  {
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try handle("output")
    process.standardError = try handle("errors")
    try process.run()
  }

  private func handle(_ name: String) throws -> FileHandle {
    let path = files.path(name)
    try Data().write(to: URL(fileURLWithPath: path))
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  /// Whether it has not ended yet.
  var isRunning: Bool { process.isRunning }

  /// Sends a signal.
  func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Kills it as soon as `isReady` holds, and waits for its end.
  @discardableResult
  func killed(when isReady: () -> Bool) -> CommandResult {
    while isRunning, !isReady() { Thread.sleep(forTimeInterval: 0.002) }
    signal(SIGKILL)
    return wait()
  }

  #if os(Linux)
    /// The most memory that it has had so far, in bytes.
    var peakMemory: Int? {
      let path = "/proc/\(process.processIdentifier)/status"
      let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n")
      let words = lines?.first { $0.hasPrefix("VmHWM:") }?.split { $0 == " " || $0 == "\t" }
      return words.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * 1024 }
    }
  #endif

  /// Standard output so far.
  var output: String { text("output") }

  /// Waits for the end.
  func wait() -> CommandResult {
    process.waitUntilExit()
    let code = process.terminationStatus
    return CommandResult(
      code: process.terminationReason == .exit ? code : 128 + code, output: text("output"),
      errors: text("errors"))
  }

  private func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: files.path(name)) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}

/// A folder that is removed with this object.
final class TemporaryFolder: Sendable {
  /// The folder's path.
  let path: String

  init() {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("splat-tests-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the folder.
  func path(_ name: String) -> String { "\(path)/\(name)" }

  /// All files below the folder, in order.
  func files() -> [String] { Files.below(path) }
}

/// Short forms of what tests do with files.
enum Files {
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func below(_ path: String) -> [String] {
    let all = FileManager.default.subpaths(atPath: path) ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      _ = unsafe FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
      return !isFolder.boolValue
    }.sorted()
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The bytes of all files below a folder, by their names.
  static func contents(of folder: String) throws -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    for name in below(folder) { result[name] = try bytes("\(folder)/\(name)") }
    return result
  }

  static func text(_ path: String) throws -> String {
    String(decoding: try bytes(path), as: UTF8.self)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}

extension CommandResult {
  /// Checks that the command failed with `code` and a message that has all `parts`.
  func expectFailure(
    _ code: Int32, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(self.code == code, "\(errors)", sourceLocation: sourceLocation)
    #expect(
      errors.hasPrefix("error: ") || errors.contains("\nerror: "), "\(errors)",
      sourceLocation: sourceLocation)
    for part in parts {
      #expect(errors.contains(part), "\(errors)", sourceLocation: sourceLocation)
    }
  }

  /// Checks that the command did what it should.
  func expectSuccess(sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(code == 0, "\(errors)", sourceLocation: sourceLocation)
  }
}

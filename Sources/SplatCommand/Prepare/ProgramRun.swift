import Foundation
import SplatFiles

/// Runs a program to its end, with its output in a log file.
struct ProgramRun {
  /// The program.
  let program: ExternalProgram
  let arguments: [String]
  /// The file that the output is added to.
  let log: String

  /// Runs the program.
  ///
  /// - Parameter onLine: called with each new line of the output.
  /// - Returns: its exit status.
  /// - Throws: ``Stopped`` if the user asked to stop meanwhile; the program has ended then.
  func run(onLine: (Substring) -> Void = { _ in }) throws -> Int32 {
    let handle = try Self.appending(to: log)
    let begin = try handle.seekToEnd()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    // COLMAP links a window system that there may be none of.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["QT_QPA_PLATFORM": "offscreen"]
    ) { $1 }
    do { try process.run() } catch {
      throw CommandFailure(
        "\(program.path) cannot be started: \(error.localizedDescription)",
        exitCode: CommandFailure.internalError)
    }
    var reader = try GrowingFile(path: log, offset: begin)
    while process.isRunning {
      if Interrupt.received != nil {
        process.terminate()
        process.waitUntilExit()
        throw Stopped()
      }
      reader.lines().forEach(onLine)
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.waitUntilExit()
    reader.lines().forEach(onLine)
    // Ctrl-C reaches all programs of a terminal, perhaps that one first.
    if Interrupt.received != nil { throw Stopped() }
    return process.terminationStatus
  }

  /// The user asked to stop.
  struct Stopped: Error {}

  private static func appending(to path: String) throws(FileError) -> FileHandle {
    if !FilePaths.exists(path) { try FileOutput.write("", to: path) }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw FileError(.cannotWrite, path: path, problem: "cannot be opened for writing")
    }
    return handle
  }
}

/// A text file that another program writes to.
private struct GrowingFile {
  private let handle: FileHandle
  private var rest = ""

  init(path: String, offset: UInt64) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw FileError(.notFound, path: path, problem: "cannot be opened")
    }
    try handle.seek(toOffset: offset)
    self.handle = handle
  }

  /// The lines that have been ended since the last call.
  mutating func lines() -> [Substring] {
    let data = (try? handle.readToEnd()) ?? Data()
    rest += String(decoding: data, as: UTF8.self)
    // Programs write over a line with carriage returns.
    let parts = rest.split(omittingEmptySubsequences: false) {
      $0 == "\n" || $0 == "\r" || $0 == "\r\n"
    }
    guard parts.count > 1, let last = parts.last else { return [] }
    let lines = Array(parts.dropLast())
    rest = String(last)
    return lines
  }
}

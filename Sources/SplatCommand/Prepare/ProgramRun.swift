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
  /// - Parameters:
  ///   - onLine: called with each new line of the output.
  ///   - onWait: called again and again until the program ends.
  /// - Returns: its exit status.
  /// - Throws: ``Stopped`` if the user asked to stop meanwhile; the program has ended then.
  func run(onLine: (Substring) -> Void, onWait: () -> Void) throws -> Int32 {
    // Start the program, with its output at the end of the log.
    let handle = try Self.appending(to: log)
    let begin = try handle.seekToEnd()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program.path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handle
    process.standardError = handle
    // COLMAP wants a window system, which there may not be.
    process.environment = ProcessInfo.processInfo.environment.merging(
      ["QT_QPA_PLATFORM": "offscreen"]
    ) { $1 }
    do { try process.run() } catch {
      throw CommandFailure(
        "\(program.path) cannot be started: \(error.localizedDescription)",
        exitCode: CommandFailure.internalError)
    }
    // Follow the log until the program ends.
    var reader = try GrowingFile(path: log, offset: begin)
    while process.isRunning {
      if Interrupt.received != nil {
        process.terminate()
        process.waitUntilExit()
        throw Stopped()
      }
      reader.lines().forEach(onLine)
      onWait()
      Thread.sleep(forTimeInterval: 0.05)
    }
    process.waitUntilExit()
    reader.lines().forEach(onLine)
    // Ctrl-C reaches all programs of a terminal, and may have ended that one first.
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

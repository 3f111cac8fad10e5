import SplatFiles
import SplatPlatform

/// Runs a program to its end, with its output in a log file.
struct ProgramRun {
  /// The program.
  let program: ExternalProgram
  let arguments: [String]
  /// The file that the output is added to.
  let log: String

  /// How often the log is looked at, in microseconds.
  private static let interval: UInt32 = 50_000

  /// Runs the program.
  ///
  /// - Parameters:
  ///   - onLine: called with each new line of the output.
  ///   - onWait: called again and again until the program ends.
  /// - Returns: its exit status.
  /// - Throws: ``Stopped`` if the user asked to stop meanwhile; the program has ended then.
  func run(onLine: (Substring) -> Void, onWait: () -> Void) throws -> Int32 {
    // Start the program, with its output at the end of the log.
    guard let file = Descriptor(path: log, flags: O_WRONLY | O_CREAT | O_APPEND) else {
      throw FileError(.cannotWrite, path: log, systemError: errno)
    }
    var reader = try GrowingFile(path: log)
    // COLMAP wants a window system, which there may not be.
    let process = try program.start(
      arguments, environment: ["QT_QPA_PLATFORM": "offscreen"], output: .file(file),
      errors: .file(file))
    // Follow the log until the program ends.
    while process.isRunning {
      if Interrupt.received != nil {
        process.terminate()
        process.wait()
        throw Stopped()
      }
      reader.lines().forEach(onLine)
      onWait()
      usleep(Self.interval)
    }
    let status = process.wait()
    reader.lines().forEach(onLine)
    // Ctrl-C reaches all programs of a terminal, and may have ended that one first.
    if Interrupt.received != nil { throw Stopped() }
    return status
  }

  /// The user asked to stop.
  struct Stopped: Error {}
}

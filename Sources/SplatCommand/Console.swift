import Foundation

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What the program says: messages on standard error, results and JSON lines on standard output.
struct Console {
  /// Whether results are JSON lines.
  var isJSON = false
  /// Whether only errors are shown.
  var isQuiet = false

  /// Prints an error.
  static func error(_ message: String) { write("error: \(message)\n", to: STDERR_FILENO) }

  /// Prints a line for people.
  func note(_ line: String) {
    guard !isQuiet, !isJSON else { return }
    Self.write(line + "\n", to: STDERR_FILENO)
  }

  /// Prints a warning, which only `--quiet` silences.
  func warn(_ line: String) {
    guard !isQuiet else { return }
    Self.write("warning: \(line)\n", to: STDERR_FILENO)
  }

  /// Prints a result: as JSON, or as the line for people.
  func result(_ object: [String: Any], line: () -> String) {
    if isJSON {
      Self.write(Self.json(object) + "\n", to: STDOUT_FILENO)
    } else {
      Self.write(line() + "\n", to: STDOUT_FILENO)
    }
  }

  /// Prints an event if results are JSON lines.
  func event(_ object: @autoclosure () -> [String: Any]) {
    if isJSON { Self.write(Self.json(object()) + "\n", to: STDOUT_FILENO) }
  }

  /// Shows how work stands: rewrites the line on a terminal, and prints a line in a pipe.
  func progress(_ line: String) {
    guard !isQuiet, !isJSON else { return }
    Self.write(isTerminal ? "\r\u{1b}[K\(line)" : line + "\n", to: STDERR_FILENO)
  }

  /// Ends a line of progress.
  func endProgress() {
    if isTerminal, !isQuiet, !isJSON { Self.write("\n", to: STDERR_FILENO) }
  }

  /// Whether people look at a terminal.
  var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// One line of JSON with sorted keys.
  static func json(_ object: [String: Any]) -> String {
    let data = try? JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static func write(_ text: String, to descriptor: Int32) {
    FileHandle(fileDescriptor: descriptor).write(Data(text.utf8))
  }
}

/// What the system says of this process.
enum ProcessMemory {
  /// The most memory that the process has held, in bytes.
  static var peak: Int {
    var usage = rusage()
    #if canImport(Darwin)
      unsafe getrusage(RUSAGE_SELF, &usage)
      return Int(usage.ru_maxrss)
    #else
      _ = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}

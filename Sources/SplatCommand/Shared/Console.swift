import SplatPlatform
import Synchronization

/// The program's two outputs.
enum Console {
  private static let openLine = Mutex(false)
  private static let isMuted = Atomic<Bool>(false)

  /// Writes nothing from now on: another process of the same work does.
  static func mute() { isMuted.store(true, ordering: .relaxed) }

  /// Writes again.
  static func unmute() { isMuted.store(false, ordering: .relaxed) }

  private static func write(_ text: String, to output: Int32) {
    // If the output is closed, there is nowhere to report it.
    if !isMuted.load(ordering: .relaxed) { Descriptor.write(Array(text.utf8), to: output) }
  }

  /// Whether standard output is a terminal, where a line can be rewritten.
  static let isTerminal = isatty(1) == 1

  /// Writes `text` to standard output.
  static func write(_ text: String) {
    write(text, to: STDOUT_FILENO)
  }

  /// Writes `text` to standard error.
  static func writeError(_ text: String) {
    write(text, to: STDERR_FILENO)
  }

  /// Writes a warning to standard error.
  static func warn(_ text: String) {
    endLine()
    writeError("warning: \(text)\n")
  }

  /// Writes `line` in place of the one that the last call wrote.
  static func rewrite(_ line: String) {
    openLine.withLock { $0 = true }
    write("\r\u{1b}[2K" + line.prefix(columns - 1))
  }

  /// Erases the line that was written last.
  static func clearLine() {
    rewrite("")
    openLine.withLock { $0 = false }
  }

  /// Ends a line that could still have been rewritten.
  static func endLine() {
    let wasOpen = openLine.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    if wasOpen { write("\n") }
  }

  /// The number of characters in a line of the terminal.
  private static var columns: Int {
    var size = winsize()
    let result = unsafe ioctl(1, UInt(TIOCGWINSZ), &size)
    return result == 0 && size.ws_col > 20 ? Int(size.ws_col) : 100
  }
}

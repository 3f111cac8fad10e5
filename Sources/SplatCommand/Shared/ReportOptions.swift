import ArgumentParser
import SplatFiles

/// How much a command reports, and in what form.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Report as JSON lines on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Print only errors and warnings.")
  var quiet = false

  /// Whether to write text for people.
  var isPlain: Bool { !json && !quiet }

  /// Writes a line for people.
  func say(_ line: @autoclosure () -> String) {
    guard isPlain else { return }
    Console.endLine()
    Console.write(line() + "\n")
  }

  /// Writes a line for programs.
  func emit(_ line: @autoclosure () -> JSON) {
    if json { Console.write(line().text + "\n") }
  }
}

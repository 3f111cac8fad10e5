import ArgumentParser
import SplatFiles

/// How much a command says, and in which form.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Report as JSON lines on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors and warnings.")
  var quiet = false

  /// Whether to write for people.
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

/// The size at which photos are used.
struct PhotoSizeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Divide the photos' sides by this.", valueName: "factor"))
  var downscale: Double?

  @Option(help: ArgumentHelp("Bring the photos' longer side to at most this.", valueName: "pixels"))
  var maxSize: Int?

  func validate() throws {
    if downscale != nil, maxSize != nil {
      throw ValidationError("--downscale and --max-size exclude each other.")
    }
    if let downscale, !(downscale >= 1 && downscale <= 1000) {
      throw ValidationError("--downscale is \(downscale); a factor of 1...1000 is expected.")
    }
    if let maxSize, maxSize < 1 {
      throw ValidationError("--max-size is \(maxSize); 1 or more pixels are expected.")
    }
  }

  /// The size, if one was chosen.
  var scale: PhotoScale? {
    if let downscale { return .downscale(downscale) }
    return maxSize.map { .maximumSide($0) }
  }
}

/// The number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Work on this many threads; the result is the same for any. (default: all cores)",
      valueName: "count"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads is \(threads); 1...1024 are expected.")
    }
  }
}

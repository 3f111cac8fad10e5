import Foundation
import SplatFiles
import Testing

/// Reads of hostile bytes: counts what became of them, and checks that none took more than a second
/// or 200 MB.
///
/// For a process of its own (`#expect(processExitsWith:)`), whose memory and processor time are the
/// reader's alone, whatever else the machine does.
struct HostileReads {
  /// The processor seconds, of all threads together, that a read may take.
  static let mostSeconds = 1.0
  /// The memory that a read may add to what the process held before it.
  static let mostMegabytes = 200.0

  private let name: String
  private(set) var opened = 0
  private(set) var refused = 0
  private var slowest = 0.0
  private let before: Double

  /// Begins to count the memory of what is read from here on.
  init(_ name: String) {
    self.name = name
    PeakMemory.reset()
    before = PeakMemory.megabytes
  }

  /// The time that this process has worked; that of the wall would count other programs' too.
  private static var seconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Reads once; returns the error, which must be one about what was read.
  @discardableResult
  mutating func read(below root: String = "", _ body: () throws(FileError) -> Void) -> FileError? {
    let begin = Self.seconds
    let error = fileError(body)
    slowest = max(slowest, Self.seconds - begin)
    guard let error else {
      opened += 1
      return nil
    }
    refused += 1
    #expect(
      error.path.hasPrefix(root) && !error.problem.isEmpty && error.kind != .cannotWrite,
      "\(error)")
    return error
  }

  /// Reads once below `folder`: it must be refused for `problem`, or succeed if there is none.
  static func checkOne(
    _ name: String, refused problem: String?, below folder: String,
    _ body: () throws(FileError) -> Void
  ) {
    var reads = HostileReads(name)
    let error = reads.read(below: folder, body)
    if let problem {
      #expect(error?.problem.contains(problem) == true, "\(name): \(error?.description ?? "read")")
    } else {
      #expect(error == nil, "\(name)")
    }
    reads.report("1 file")
  }

  /// Prints the counts of a process of its own.
  static func show(_ result: ExitTest.Result?) {
    for line in String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
      .split(separator: "\n") where line.hasPrefix("FUZZ |")
    { print(line) }
  }

  /// Checks what the reads took, and prints their counts.
  func report(_ what: String) {
    let megabytes = PeakMemory.megabytes - before
    #expect(slowest < Self.mostSeconds, "\(name): \(slowest) s")
    #expect(megabytes < Self.mostMegabytes, "\(name): \(megabytes) MB")
    let figures = "\(Int(slowest * 1000)) ms, \(Int(max(0, megabytes))) MB at most"
    print("FUZZ | \(name) | \(what) | \(refused) refused | \(opened) read | \(figures) |")
  }
}

/// The most memory that this process has held.
private enum PeakMemory {
  /// Forgets what was held before.
  static func reset() {
    FileHandle(forWritingAtPath: "/proc/self/clear_refs")?.write(Data("5".utf8))
  }

  /// The most since the last ``reset()``; 0 where the system does not say it.
  static var megabytes: Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kilobytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
    return (kilobytes.flatMap { Double($0) } ?? 0) / 1024
  }
}

import ArgumentParser
import SplatCore
import SplatFiles
import SplatPlatform
import SplatTraining

/// The processes that carry out a training together, or this one alone.
///
/// The first of them prints and writes files. An error on any of them is one of all, and the first
/// says it.
struct TrainingRanks {
  /// The ranks; nil if this process is alone.
  let ranks: (any Ranks)?
  /// Where each rank runs.
  private let hosts: [String]

  /// The number of processes.
  var count: Int { ranks?.count ?? 1 }
  /// Whether this process prints and writes files.
  var isFirst: Bool { ranks.map { $0.rank == 0 } ?? true }

  /// This process alone.
  static let alone = TrainingRanks(ranks: nil, hosts: [])

  private init(ranks: (any Ranks)?, hosts: [String]) {
    (self.ranks, self.hosts) = (ranks, hosts)
  }

  /// Joins the processes that a launcher has started together with this one, if one has.
  static func join() throws -> TrainingRanks {
    let environment = ProcessInfo.processInfo.environment
    guard let task = try LaunchedTask.find(in: environment, option: "splat train"),
      task.count > 1
    else { return .alone }
    if task.rank > 0 { Console.mute() }
    let ranks = try startRanks(task)
    let hosts = ranks.gathered(bytes: Array(hostName.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let joined = TrainingRanks(ranks: ranks, hosts: hosts)
    try joined.checkPrograms()
    return joined
  }

  /// The name of this machine.
  private static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    let size = name.count - 1
    guard
      unsafe name.withUnsafeMutableBufferPointer({ pointer in
        unsafe pointer.baseAddress.map { unsafe gethostname($0, size) } ?? -1
      }) == 0
    else { return "?" }
    return String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: Agreement

  /// Whether a condition holds on any of the processes.
  func any(_ condition: Bool) -> Bool { ranks?.agreeOnAny(condition) ?? condition }

  /// What the first process finds.
  func first<Value: BitwiseCopyable & Sendable>(_ value: Value) -> Value {
    ranks?.gathered(value)[0] ?? value
  }

  /// Carries out `body` on all processes, in which they must not depend on each other; an error on
  /// one of them is thrown on all.
  func together<Value>(_ body: () throws -> Value) throws -> Value {
    guard let ranks else { return try body() }
    let result = Result { try body() }
    var problem: (text: String, code: Int32) = ("", 0)
    if case .failure(let error) = result { problem = SplatTool.problem(of: error) }
    let codes = ranks.gathered(problem.code)
    guard let failing = codes.firstIndex(where: { $0 != 0 }) else { return try result.get() }
    let texts = ranks.gathered(bytes: Array(problem.text.utf8)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let isCommon = texts.allSatisfy { $0 == texts[0] }
    let text = texts[failing].trimmingPrefix("error: ")
    throw AgreedFailure(
      description: isCommon ? "\(text)" : "\(name(of: failing)): \(text)",
      exitCode: codes[failing])
  }

  /// Carries out `body` on the first process; an error there is thrown on all.
  func onFirst(_ body: () throws -> Void) throws {
    try together { if isFirst { try body() } }
  }

  /// Writes on the first process what all give; an error there is thrown on all.
  ///
  /// - Parameters:
  ///   - discard: gives what this process has, and drops what it gets.
  ///   - write: the same, but writes what it gets. It sets `isGiven` before all give; if it throws
  ///     earlier, the others do not wait in vain.
  func collect(discard: () -> Void, _ write: (_ isGiven: inout Bool) throws -> Void) throws {
    try together {
      guard isFirst else { return discard() }
      var isGiven = false
      do { try write(&isGiven) } catch {
        if count > 1, !isGiven { discard() }
        throw error
      }
    }
  }

  /// Throws if `value` is not the same on all processes; `problem` says what that means.
  func check(_ value: UInt64, _ problem: String) throws(AgreedFailure) {
    guard let ranks else { return }
    let values = ranks.gathered(value)
    guard let other = values.firstIndex(where: { $0 != values[0] }) else { return }
    throw AgreedFailure(
      description: "\(name(of: other)) \(problem) \(name(of: 0))",
      exitCode: CommandFailure.badData)
  }

  private func name(of rank: Int) -> String { "rank \(rank) of \(count) on \(hosts[rank])" }

  /// Throws unless all processes run the same program and compute the same numbers.
  private func checkPrograms() throws {
    let program = try together { try RankProbe.program() }
    try check(
      program,
      "runs another program than the same bits need; the same file was expected as that of")
    try check(
      RankProbe.numbers,
      """
      computes other numbers with the same program; a processor and C library were expected that \
      agree with those of
      """)
  }
}

/// A failure that all processes know of.
struct AgreedFailure: Error, CustomStringConvertible {
  /// What was found and what was expected.
  let description: String
  /// As in `sysexits.h`.
  let exitCode: Int32
}

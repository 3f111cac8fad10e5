import Foundation
import Testing

/// Timing another program's whole run beside ours.
@Suite struct BenchmarkTests {
  private func run(_ arguments: [String]) throws -> CommandResult {
    let program = try #require(Command.built("splat-benchmark"))
    return try RunningCommand(
      program: program, arguments: arguments, environment: [:], folder: nil
    ).wait()
  }

  @Test func runsInTurnsAndPrintsTheRatio() throws {
    let folder = TemporaryFolder()
    let log = folder.path("log")
    let result = try run([
      "--against", "sleep 0.3; echo other >> '\(log)'; echo noise", "--ours",
      "sleep 0.1; echo ours >> '\(log)'", "--rounds", "3", "--json",
    ])
    try #require(result.code == 0, "\(result.errors)")
    let order = String(decoding: try Files.bytes(log), as: UTF8.self).split(separator: "\n")
    #expect(order == ["ours", "other", "other", "ours", "ours", "other"])
    #expect(result.lines.count == 4)
    struct Summary: Decodable {
      struct Spread: Decodable { let median: Double, least: Double, most: Double }
      let rounds: Int
      let ratio: Spread
    }
    let last = try #require(result.lines.last)
    let summary = try JSONDecoder().decode(Summary.self, from: Data(last.utf8))
    #expect(summary.rounds == 3)
    // On a busy machine either may take longer, but a sleep never takes less.
    #expect(summary.ratio.most > 1)
    #expect(summary.ratio.least <= summary.ratio.median)
    #expect(summary.ratio.median <= summary.ratio.most)
  }

  @Test func printsATableWithoutJSON() throws {
    let result = try run(["--against", "true", "--ours", "true", "--rounds", "1"])
    #expect(result.code == 0)
    #expect(result.lines.count == 2)
    #expect(result.lines.first?.hasPrefix("round 1: ours 0.") == true)
    #expect(result.lines.last?.hasPrefix("the other takes ") == true)
  }

  @Test(arguments: [("true", "exit 3"), ("exit 3", "true")])
  func namesTheCommandThatFails(ours: String, other: String) throws {
    let result = try run(["--against", other, "--ours", ours])
    #expect(result.code == 1)
    #expect(result.output == "")
    #expect(result.errors == "Error: the command ended with exit code 3: exit 3\n")
  }

  @Test(arguments: [
    (["--against", "true"], "--against and --ours take a shell command each"),
    (["--against", "", "--ours", "true"], "--against and --ours take a shell command each"),
    (["--against", "true", "--ours", ""], "--against and --ours take a shell command each"),
    (["--ours", "true"], "--ours and --rounds go with --against"),
    (["--rounds", "3"], "--ours and --rounds go with --against"),
    (
      ["--against", "true", "--ours", "true", "--rounds", "0"],
      "--rounds takes a number of 1 or more"
    ),
    (
      ["--against", "true", "--ours", "true", "--filter", "fox"],
      "--against measures nothing else: leave out the other options"
    ),
  ])
  func refusesOtherArguments(arguments: [String], message: String) throws {
    let result = try run(arguments)
    #expect(result.code == 64)
    #expect(result.errors.hasPrefix("Error: \(message)\n"))
  }
}

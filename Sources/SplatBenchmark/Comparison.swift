import SplatPlatform

/// Times whole runs of this program and of another in turns, so that other work on the machine and
/// its temperature affect both alike.
struct Comparison {
  /// The shell commands.
  let ours: String, other: String
  let rounds: Int

  /// A shell command that failed.
  struct Failure: Error, CustomStringConvertible { let description: String }

  /// The seconds of both programs in one round.
  struct Round: Encodable {
    let round: Int
    let oursSeconds: Double, oursCpuSeconds: Double
    let otherSeconds: Double, otherCpuSeconds: Double
    var ratio: Double { otherSeconds / oursSeconds }
    var cpuRatio: Double { otherCpuSeconds / oursCpuSeconds }
  }

  /// How many times as long as ours the other takes, over all rounds.
  struct Summary: Encodable {
    let rounds: Int
    let ratio: Spread, cpuRatio: Spread
  }

  /// A median and what lies farthest from it.
  struct Spread: Encodable {
    let median: Double, least: Double, most: Double

    init(_ values: [Double]) {
      let times = StageTimes()
      for value in values { times.add("", StageTimes.Sample(wall: value, cpu: 0)) }
      median = times.median("")?.wall ?? .nan
      least = values.min() ?? .nan
      most = values.max() ?? .nan
    }
  }

  /// Runs all rounds and reports each as soon as it is done.
  func run(_ report: Report) throws {
    var done: [Round] = []
    for round in 1...rounds {
      // Whoever comes second finds a warmer machine, so they change places.
      let first = try Self.time(round % 2 == 1 ? ours : other)
      let second = try Self.time(round % 2 == 1 ? other : ours)
      let (mine, theirs) = round % 2 == 1 ? (first, second) : (second, first)
      done.append(
        Round(
          round: round, oursSeconds: mine.wall, oursCpuSeconds: mine.cpu,
          otherSeconds: theirs.wall, otherCpuSeconds: theirs.cpu))
      report.add(done[round - 1])
    }
    report.add(
      Summary(
        rounds: rounds, ratio: Spread(done.map(\.ratio)), cpuRatio: Spread(done.map(\.cpuRatio))))
  }

  /// Runs a shell command, whose output is discarded and whose errors are shown.
  private static func time(_ command: String) throws -> StageTimes.Sample {
    let clock = ContinuousClock()
    let (begin, cpuBegin) = (clock.now, childSeconds)
    let status: Int32
    do {
      status = try ChildProcess(path: "/bin/sh", arguments: ["-c", command]).wait()
    } catch {
      throw Failure(description: "/bin/sh: \(error.description)")
    }
    guard status == 0 else {
      throw Failure(description: "the command ended with exit code \(status): \(command)")
    }
    return StageTimes.Sample(
      wall: (clock.now - begin).inSeconds, cpu: childSeconds - cpuBegin)
  }

  /// The processor time of all programs that this one has started and that have ended.
  private static var childSeconds: Double {
    var usage = rusage()
    #if canImport(Glibc)
      unsafe getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    #else
      unsafe getrusage(RUSAGE_CHILDREN, &usage)
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}

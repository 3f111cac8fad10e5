import SplatPlatform

/// The times of named stages that are run repeatedly.
final class StageTimes {
  /// What one run of a stage took, in seconds.
  struct Sample {
    /// From begin to end.
    var wall = 0.0
    /// Processor time of this program, which other work on the machine hardly changes.
    var cpu = 0.0
  }

  private var samples: [String: [Sample]] = [:]

  /// Runs `body` and records its times under `stage`.
  func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let (begin, cpuBegin) = (clock.now, Self.cpuSeconds)
    let result = try body()
    let (end, cpuEnd) = (clock.now, Self.cpuSeconds)
    add(stage, Sample(wall: (end - begin).inSeconds, cpu: cpuEnd - cpuBegin))
    return result
  }

  /// Records times that were measured elsewhere.
  func add(_ stage: String, _ sample: Sample) { samples[stage, default: []].append(sample) }

  /// The sum of the last samples of `stages`.
  func last(of stages: [String]) -> Sample {
    stages.reduce(into: Sample()) { sum, stage in
      guard let sample = samples[stage]?.last else { return }
      sum.wall += sample.wall
      sum.cpu += sample.cpu
    }
  }

  /// The median times of `stage`; nil if it never ran.
  func median(_ stage: String) -> Sample? {
    guard let samples = samples[stage], !samples.isEmpty else { return nil }
    func middle(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
    return Sample(wall: middle(samples.map(\.wall)), cpu: middle(samples.map(\.cpu)))
  }

  private static var cpuSeconds: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// Calls `body` at least `minimum` times, and until `seconds` have passed.
func repeating(minimum: Int, seconds: Double, _ body: () -> Void) {
  let clock = ContinuousClock()
  let begin = clock.now
  var count = 0
  while count < minimum || (clock.now - begin).inSeconds < seconds {
    body()
    count += 1
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

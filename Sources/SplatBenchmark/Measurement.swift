/// Wall times of named stages that are run again and again.
final class StageTimes {
  private var samples: [String: [Double]] = [:]

  /// Runs `body` and notes its wall time under `stage`.
  func time<Result>(_ stage: String, _ body: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let begin = clock.now
    let result = try body()
    add(stage, seconds: (clock.now - begin).inSeconds)
    return result
  }

  /// Notes a time that was measured elsewhere.
  func add(_ stage: String, seconds: Double) {
    samples[stage, default: []].append(seconds)
  }

  /// The last time noted for `stage`, in seconds.
  func last(_ stage: String) -> Double { samples[stage]?.last ?? 0 }

  /// The median of the times of `stage`, in seconds; nil if it never ran.
  func median(_ stage: String) -> Double? {
    guard let sorted = samples[stage]?.sorted(), !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Calls `body` at least `minimum` times, and on until `seconds` have passed.
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

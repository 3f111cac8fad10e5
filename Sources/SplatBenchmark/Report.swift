import SplatPlatform

/// A row of the report: a measured time, or counts.
struct Row: Encodable {
  var name: String
  var stage: String
  var threads: Int?
  var gaussians: Int?
  var pixels: Int?
  /// From begin to end.
  var medianMs: Double?
  /// The processor time of this program.
  var cpuMs: Double?
  /// Processor time for each pair evaluated.
  var nsPerPair: Double?
  /// `nsPerPair` divided by that of the bare loop.
  var timesBare: Double?
  var pairsEvaluated: Int?
  var pairsContributing: Int?
  /// The number of memory allocations for each frame after the first.
  var allocationsPerFrame: Double?
  var sumOfRGB: Double?
  var sumOfAlpha: Double?
}

/// Prints rows as a table or as JSON lines, each as soon as it is measured.
struct Report {
  let isJSON: Bool

  /// Prints the heads of the columns of stages.
  func begin() {
    guard !isJSON else { return }
    write(
      line("workload", "stage", "threads", "Gaussians", "median ms", "cpu ms", "ns/pair", "x bare"))
  }

  func add(_ row: Row) {
    guard !isJSON else { return printJSON(row) }
    guard row.medianMs != nil || row.nsPerPair != nil else { return printCounts(row) }
    func text(_ value: Double?, _ digits: Int) -> String {
      value.map { String($0, format: "%.\(digits)f") } ?? ""
    }
    write(
      line(
        row.name, row.stage, row.threads.map { "\($0)" } ?? "", row.gaussians.map { "\($0)" } ?? "",
        text(row.medianMs, 3), text(row.cpuMs, 3), text(row.nsPerPair, 3), text(row.timesBare, 2)))
  }

  /// Reports a round of a comparison with another program.
  func add(_ round: Comparison.Round) {
    guard !isJSON else { return printJSON(round) }
    write(
      """
      round \(round.round): ours \(fixed(round.oursSeconds)) s (processor \
      \(fixed(round.oursCpuSeconds)) s), the other \(fixed(round.otherSeconds)) s (processor \
      \(fixed(round.otherCpuSeconds)) s), ratio \(fixed(round.ratio))
      """)
  }

  /// Reports the outcome of a comparison.
  func add(_ summary: Comparison.Summary) {
    guard !isJSON else { return printJSON(summary) }
    func text(_ spread: Comparison.Spread) -> String {
      "\(fixed(spread.median)) times as long (\(fixed(spread.least)) to \(fixed(spread.most)))"
    }
    write("the other takes \(text(summary.ratio)), and processors \(text(summary.cpuRatio))")
  }

  /// Reports why a workload is skipped.
  func skip(_ name: String, _ reason: String) {
    Descriptor.write(Array("\(name): skipped, \(reason)\n".utf8), to: STDERR_FILENO)
  }

  /// Writes without buffering, to pipes as well.
  private func write(_ text: String) {
    Descriptor.write(Array((text + "\n").utf8), to: STDOUT_FILENO)
  }

  private func printCounts(_ row: Row) {
    var parts: [String] = []
    if let evaluated = row.pairsEvaluated, let contributing = row.pairsContributing {
      let ratio = Double(evaluated) / Double(max(1, contributing))
      let (millions, useful) = (Double(evaluated) / 1e6, Double(contributing) / 1e6)
      parts.append(
        """
        pairs: \(fixed(millions)) M evaluated, \(fixed(useful)) M contributing, ratio \
        \(fixed(ratio))
        """)
    }
    if let rgb = row.sumOfRGB, let alpha = row.sumOfAlpha {
      parts.append("sum of rgb \(fixed(rgb)), of alpha \(fixed(alpha))")
    }
    if let allocations = row.allocationsPerFrame {
      parts.append("allocations per frame after the first: \(String(allocations, format: "%g"))")
    }
    write("  \(row.name): \(parts.joined(separator: "; "))")
  }

  private func fixed(_ value: Double) -> String { String(value, format: "%.2f") }

  private func printJSON(_ row: some Encodable) {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(row) else { return }
    write(String(decoding: data, as: UTF8.self))
  }

  private func line(_ columns: String...) -> String {
    let widths = [-12, -22, 8, 10, 10, 9, 8, 7]
    return zip(columns, widths).map { text, width in
      let padding = String(repeating: " ", count: max(0, abs(width) - text.count))
      return width < 0 ? text + padding : padding + text
    }.joined(separator: " ")
  }
}

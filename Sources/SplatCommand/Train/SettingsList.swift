import SplatFiles
import SplatTraining

/// The settings of a training as a list.
enum SettingsList {
  /// Prints all settings: what each is called and is by default, what it does, and what it can be.
  static func print(to report: ReportOptions) {
    for entry in TrainingSettings().entries {
      report.emit([
        "name": .text(entry.name), "default": .text(entry.value), "meaning": .text(entry.meaning),
        "unit": .text(entry.unit), "expected": .text(entry.expected), "unset": .text(entry.unset),
      ])
      report.say(
        """
        \(entry.name)=\(entry.value)
            \(entry.meaning)
            \(entry.expectation)\(entry.unset.isEmpty ? "" : "; empty: \(entry.unset)")
        """)
    }
  }
}

import SplatFiles
import SplatTraining

/// A run that is continued.
struct ResumedRun {
  /// The file that says what it was asked to do.
  let path: String
  /// What it was asked to do.
  let configuration: RunConfiguration

  /// What may differ when a run is continued: where things are, what follows from the photos, and
  /// how long the run is.
  private static let free: Set<String> = [
    "version", "scene", "folder", "memory", "nearPlane", "maximumSplats", "settings.threads",
    "settings.iterations", "settings.timeLimit",
  ]

  /// Reads the configuration at `path`.
  init(path: String) throws {
    self.path = path
    configuration = try ConfigurationFile(path: path).configuration()
  }

  /// Throws if another run is asked for.
  func check(_ asked: RunConfiguration) throws(FileError) {
    var differences = zip(configuration.entries, asked.entries).filter {
      $0.value != $1.value && !Self.free.contains($0.name)
    }.map { difference($0.name, $0.value, $1.value) }
    let (earlier, settings) = (configuration.settings, asked.settings)
    if settings.iterations < earlier.iterations {
      differences.append(
        difference("iterations", "\(earlier.iterations)", "\(settings.iterations), which is less,"))
    }
    if let limit = settings.timeLimit, limit < earlier.timeLimit ?? .infinity {
      differences.append(
        difference(
          "timeLimit", earlier.timeLimit.settingText, "\(limit.settingText) s, which is less,"))
    }
    guard differences.isEmpty else {
      throw FileError(
        .badInput, path: path,
        problem: """
          the run cannot be resumed with other settings: \(differences.joined(separator: "; ")); \
          --from starts a new run from its model
          """)
    }
  }

  private func difference(_ name: String, _ value: String, _ other: String) -> String {
    let start = "settings."
    let name = name.hasPrefix(start) ? String(name.dropFirst(start.count)) : name
    func text(_ value: String) -> String { value.isEmpty ? "not set" : value }
    return "\(name) is \(text(value)) in the run, and \(text(other)) was asked for"
  }

  /// What is to be said if `trainer`, which has taken the run up, makes it longer; else nothing.
  func extensionNote(_ trainer: Trainer) -> String? {
    let (earlier, settings) = (configuration.settings, trainer.settings)
    let lengths = [
      earlier.iterations != settings.iterations
        ? "from \(Wording.count(earlier.iterations)) to "
          + Wording.count(settings.iterations, "iteration") : nil,
      earlier.timeLimit != settings.timeLimit
        ? "from \(Self.time(earlier.timeLimit)) to \(Self.time(settings.timeLimit))" : nil,
    ].compactMap { $0 }
    guard !lengths.isEmpty else { return nil }
    let isSame = trainer.hasSchedule(
      ofIterations: earlier.iterations, timeLimit: earlier.timeLimit)
    let result =
      isSame
      ? "the result is that of such a run from the start"
      : """
      the schedules so far (learning rates, image sizes, densification) were those of the shorter \
      run, so the result is not the same as that of such a run from the start
      """
    return "extending the run \(lengths.joined(separator: " and ")); \(result)"
  }

  private static func time(_ limit: Double?) -> String {
    limit.map { Wording.duration($0) } ?? "any time"
  }
}

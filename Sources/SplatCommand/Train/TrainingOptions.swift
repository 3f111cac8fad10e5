import ArgumentParser
import SplatTraining

/// How the model is trained.
struct TrainingOptions: ParsableArguments {
  @Option(help: TrainingSettings.help("iterations", "count"))
  var iterations: String?

  @Option(help: TrainingSettings.help("batch", "count"))
  var batch: String?

  @Option(help: TrainingSettings.help("strategy"))
  var strategy: String?

  @Option(help: TrainingSettings.help("shDegree", "degree"))
  var shDegree: String?

  @Option(help: TrainingSettings.help("seed", "number"))
  var seed: String?

  @Option(help: TrainingSettings.help("maximumSplats", "count"))
  var splats: String?

  @Option(
    help: ArgumentHelp(
      "Train no longer than this, such as 90s, 10m or 1h30m; schedules then follow the time.",
      valueName: "time"))
  var time: DurationArgument?

  @Flag(inversion: .prefixedNo, help: TrainingSettings.flagHelp("isAntialiased"))
  var antialias: Bool?

  @Option(help: TrainingSettings.help("background", "colour"))
  var background: String?

  @Option(help: TrainingSettings.help("schedule"))
  var schedule: String?

  @Option(help: TrainingSettings.help("appearance.kind"))
  var appearance: String?

  @Option(help: TrainingSettings.help("poses.kind"))
  var poses: String?

  @Option(help: TrainingSettings.help("depth.meaning", "meaning"))
  var depthMeans: String?

  @Flag(inversion: .prefixedNo, help: TrainingSettings.flagHelp("robust.isOn"))
  var robust: Bool?

  @Option(help: TrainingSettings.help("frozen", "groups"))
  var freeze: GroupList?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Give a setting another value; repeatable. --list-settings lists them.",
      valueName: "name=value"))
  var assignments: [SettingAssignment] = []

  /// The options that are settings, and their values if they were given.
  private var options: [(option: String, name: String, value: String?)] {
    [
      ("--iterations", "iterations", iterations), ("--batch", "batch", batch),
      ("--strategy", "strategy", strategy),
      ("--sh-degree", "shDegree", shDegree), ("--seed", "seed", seed),
      ("--splats", "maximumSplats", splats), ("--time", "timeLimit", time.map { "\($0.seconds)" }),
      ("--antialias", "isAntialiased", antialias.map { "\($0)" }),
      ("--background", "background", background), ("--schedule", "schedule", schedule),
      ("--appearance", "appearance.kind", appearance), ("--poses", "poses.kind", poses),
      ("--depth-means", "depth.meaning", depthMeans),
      ("--robust", "robust.isOn", robust.map { "\($0)" }),
      ("--freeze", "frozen", freeze?.frozen.settingText),
    ]
  }

  /// Whether the command line has a value for the setting called `name`.
  func gives(_ name: String) -> Bool {
    options.contains { $0.name == name && $0.value != nil }
      || assignments.contains { $0.name == name }
  }

  func validate() throws {
    for (option, name, value) in options
    where value != nil && assignments.contains(where: { $0.name == name }) {
      throw ValidationError("\(option) and --set \(name) cannot be combined.")
    }
    var settings = TrainingSettings()
    try apply(to: &settings)
  }

  /// Gives settings the values that the command line has for them.
  func apply(to settings: inout TrainingSettings) throws {
    for assignment in assignments {
      try settings.set(
        assignment.name, to: assignment.value, option: "--set: \(assignment.name)")
    }
    for (option, name, value) in options { try settings.set(name, to: value, option: option) }
  }
}

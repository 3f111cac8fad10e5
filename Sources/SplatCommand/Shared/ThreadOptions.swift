import ArgumentParser
import SplatTraining

/// The number of threads.
struct ThreadOptions: ParsableArguments {
  @Option(help: TrainingSettings.help("threads", "count"))
  var threads: Int?

  func validate() throws {
    try TrainingSettings.check("threads", threads.map { "\($0)" }, option: "--threads")
  }
}

import ArgumentParser
import SplatFiles
import SplatTraining

/// The photos to train on.
struct TrainingPhotoOptions: ParsableArguments {
  @Option(help: RunConfiguration.help("images", "dir"), completion: .directory)
  var images: String?

  @Option(help: RunConfiguration.help("depth", "dir"))
  var depth: String?

  @Flag(
    inversion: .prefixedNo, help: RunConfiguration.flagHelp("evaluates"))
  var eval: Bool?

  @Option(help: RunConfiguration.help("testEvery", "n"))
  var testEvery: String?

  @Flag(inversion: .prefixedNo, help: RunConfiguration.flagHelp("skipsBadImages"))
  var skipBadImages: Bool?

  func validate() throws {
    var configuration = RunConfiguration()
    try apply(to: &configuration)
  }

  /// Gives the configuration the values that the command line has for it.
  func apply(to configuration: inout RunConfiguration) throws {
    try configuration.set("images", to: images, option: "--images")
    try configuration.set("depth", to: depth, option: "--depth")
    if depth == SceneOptions.Depths.points { configuration.settings.depth.usesPoints = true }
    try configuration.set("testEvery", to: testEvery, option: "--test-every")
    if let eval { configuration.evaluates = eval }
    if let skipBadImages { configuration.skipsBadImages = skipBadImages }
  }
}

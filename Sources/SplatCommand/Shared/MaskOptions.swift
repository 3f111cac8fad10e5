import ArgumentParser
import SplatTraining

/// Which pixels of a scene's photos count, and how photos are straightened.
struct MaskOptions: ParsableArguments {
  @Option(help: RunConfiguration.help("masks", "dir"), completion: .directory)
  var masks: String?

  @Flag(inversion: .prefixedNo, help: RunConfiguration.flagHelp("invertsMasks"))
  var invertMasks: Bool?

  @Option(help: RunConfiguration.help("masksMean", "meaning"))
  var masksMean: String?

  @Option(help: RunConfiguration.help("alpha", "meaning"))
  var alpha: String?

  @Option(help: RunConfiguration.help("undistort", "area"))
  var undistort: String?

  @Flag(inversion: .prefixedNo, help: RunConfiguration.flagHelp("arePanoramas"))
  var panorama: Bool?

  func validate() throws {
    var configuration = RunConfiguration()
    try apply(to: &configuration)
  }

  /// Gives the configuration the values that the command line has for it.
  func apply(to configuration: inout RunConfiguration) throws {
    try configuration.set("masks", to: masks, option: "--masks")
    if let invertMasks { configuration.invertsMasks = invertMasks }
    try configuration.set("masksMean", to: masksMean, option: "--masks-mean")
    try configuration.set("alpha", to: alpha, option: "--alpha")
    try configuration.set("undistort", to: undistort, option: "--undistort")
    if let panorama { configuration.arePanoramas = panorama }
  }
}

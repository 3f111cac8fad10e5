import ArgumentParser

/// The size at which photos are used.
struct PhotoSizeOptions: ParsableArguments {
  @Option(help: RunConfiguration.help("downscale", "factor"))
  var downscale: Double?

  @Option(help: RunConfiguration.help("maxSize", "pixels"))
  var maxSize: Int?

  func validate() throws {
    if downscale != nil, maxSize != nil {
      throw ValidationError("--downscale and --max-size cannot be combined.")
    }
    try RunConfiguration.check("downscale", downscale.map { "\($0)" }, option: "--downscale")
    try RunConfiguration.check("maxSize", maxSize.map { "\($0)" }, option: "--max-size")
  }

  /// Puts the size into the configuration, if one was given.
  func apply(to configuration: inout RunConfiguration) {
    guard downscale != nil || maxSize != nil else { return }
    configuration.downscale = downscale
    configuration.maxSize = maxSize
  }
}

import ArgumentParser
import SplatRendering
import SplatTraining

/// What the picture depends on besides the model and the camera.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "black, white or #rrggbb. (default: that of the training, else black)", valueName: "colour"))
  var background: BackgroundColor?

  @Flag(help: "Render in antialiased mode; the default for models that were trained in it.")
  var antialias = false

  @Option(
    help: ArgumentHelp(
      """
      Leave out what is nearer to the camera than this. (default: that of the training, else \
      0.01)
      """, valueName: "depth"))
  var near: Float?

  func validate() throws {
    if let near, !(near > 0 && near.isFinite) {
      throw ValidationError("--near is \(near); a positive depth is expected.")
    }
  }

  func settings(for splats: Splats, configuration: RunConfiguration?) -> RenderSettings {
    var settings = RenderSettings()
    settings.isAntialiased = antialias || splats.isAntialiased
    settings.nearPlane = near ?? configuration?.nearPlane ?? settings.nearPlane
    settings.background =
      background?.color ?? configuration?.settings.plainBackground ?? settings.background
    return settings
  }
}

public import ArgumentParser
public import SplatFiles

/// Which pixels of a scene's photos count, and how they are straightened.
struct MaskOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The folder of masks: NAME.png or NAME.jpg.png for each photo; black pixels do not count. \
      (default: masks, if the scene has it; none: no masks)
      """, valueName: "dir"))
  var masks: String?

  @Flag(help: "Masks are white where pixels do not count.")
  var invertMasks = false

  @Option(
    help: ArgumentHelp(
      "What an alpha channel is: transparent or mask. (default: transparent)", valueName: "meaning")
  )
  var alpha: PhotoOptions.Alpha?

  @Option(
    help: ArgumentHelp(
      """
      How much of a photo from a lens with distortion is used: crop leaves out what would have blank \
      borders, keep masks those. (default: crop)
      """, valueName: "area"))
  var undistort: UndistortedArea?

  /// What to take from a scene: as chosen, else as the training did.
  func sceneOptions(images: String?, testEvery: Int?, trained: RunConfiguration? = nil)
    -> SceneOptions
  {
    var options = trained?.sceneOptions ?? SceneOptions()
    if let images { options.imagesFolder = images }
    if let testEvery { options.testEvery = testEvery }
    if let masks { options.masks = SceneOptions.Masks(name: masks) }
    if let undistort { options.area = undistort }
    return options
  }

  /// What to do to photos: as chosen, else as the training did.
  func photoOptions(scale: PhotoScale?, trained: RunConfiguration? = nil) -> PhotoOptions {
    var options = trained?.photoOptions ?? PhotoOptions()
    if let scale { options.scale = scale }
    if let alpha { options.alpha = alpha }
    if invertMasks { options.invertsMasks = true }
    return options
  }
}

extension SceneOptions.Masks {
  /// The masks that are meant by a folder's name on the command line; `none` means that there are none.
  init(name: String?) {
    self = name.map { $0 == "none" ? .none : .folder($0) } ?? .automatic
  }
}

extension RunConfiguration {
  /// What was taken from the scene.
  var sceneOptions: SceneOptions {
    SceneOptions(
      imagesFolder: images, testEvery: testEvery, masks: SceneOptions.Masks(name: masks),
      area: undistort ?? .crop)
  }

  /// What was done to the photos.
  var photoOptions: PhotoOptions {
    PhotoOptions(
      scale: scale, alpha: alpha ?? .transparent, invertsMasks: invertsMasks ?? false)
  }
}

extension PhotoOptions.Alpha: ExpressibleByArgument {}
extension UndistortedArea: ExpressibleByArgument {}

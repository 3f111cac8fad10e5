public import SplatFiles
import SplatPlatform
public import SplatTraining

/// Everything that a training was asked to do, as `config.json` in its output folder keeps it.
struct RunConfiguration: SettingsGroup {
  @Setting("The version of the program.")
  var version = SplatTool.version
  @Setting("The scene, as it was named.")
  var scene: String? = nil
  @Setting("The folder from which the scene was named.")
  var folder: String? = nil
  @Setting("The model that the run started from, as it was named.")
  var from: String? = nil
  @Setting("The folder of images in a COLMAP scene.")
  var images = "images"
  @Setting(
    """
    The folder of masks: NAME.png, NAME.jpg.png or NAME_mask.png for each photo; black pixels do \
    not count; none stands for no masks.
    """, unset: "masks, if the scene has it")
  var masks: String? = nil
  @Setting("Masks are white where pixels do not count.")
  var invertsMasks = false
  @Setting(
    "What is where masks are black: ignored stands for anything, transparent for empty space.")
  var masksMean = PhotoOptions.Masks.ignored
  @Setting(
    """
    The folder of depth maps, PNG files with 16 bits per sample in millimetres or NumPy's .npy: \
    NAME.png, NAME.npy or NAME_depth.png for each photo; points stands for the depths of the \
    scene's points instead, none for no depths.
    """, unset: "where transforms.json says, if it does")
  var depth: String? = nil
  @Setting("What an alpha channel stands for.")
  var alpha = PhotoOptions.Alpha.transparent
  @Setting(
    """
    How much of a photo from a lens with distortion is used: crop leaves out what would have blank \
    borders, keep masks them.
    """)
  var undistort = UndistortedArea.crop
  @Setting("Photos are panoramas of all directions (equirectangular), whatever the scene says.")
  var arePanoramas = false
  @Setting("Divide the sides of photos by this.", range: 1...1000, unset: "1")
  var downscale: Double? = nil
  @Setting(
    "Scale photos down to at most this on their longer side.", unit: "pixels", range: 1...,
    unset: "their own size")
  var maxSize: Int? = nil
  @Setting("Leave out photos that cannot be read.")
  var skipsBadImages = false
  @Setting("Hold photos out, and measure the model on them in the end.")
  var evaluates = false
  @Setting("The first of every this many photos is held out.", unit: "photos", range: 2...)
  var testEvery = 8
  @Setting(
    "The most memory that the run may use.", unit: "bytes", range: 1_000_000..., unset: "any")
  var memory: Int? = nil
  @Setting("The largest number of Gaussians in the run.", unit: "Gaussians", range: 1...)
  var maximumSplats: Int? = nil
  @Setting("The near plane to draw the model with.", unit: "world units", range: 0...)
  var nearPlane: Float? = nil
  @Setting(
    "Where the model's origin lies in the scene's frame.",
    unset: "0,0,0; amid the cameras if coordinates are those of a map")
  var origin: MapOrigin? = nil
  /// The settings of the training.
  var settings = TrainingSettings()

  /// Writes the configuration to the folder.
  func write(folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let data = try encoder.encode(self)
    try FileOutput.write([UInt8](data) + [UInt8(ascii: "\n")], to: "\(folder)/config.json")
  }

  /// Where a path in the configuration leads: from the folder where it was named, or from here.
  func resolved(_ path: String) -> String {
    guard let folder, !path.hasPrefix("/") else { return path }
    let named = "\(folder)/\(path)"
    return FilePaths.exists(named) ? named : path
  }

  /// The size at which photos are used.
  var scale: PhotoScale {
    if let downscale { return .downscale(downscale) }
    return maxSize.map { .maximumSide($0) } ?? .full
  }

  /// What is taken from the scene, without depths, which only a training uses.
  var sceneOptions: SceneOptions {
    SceneOptions(
      imagesFolder: images, testEvery: testEvery, masks: SceneOptions.Masks(name: masks),
      area: undistort, arePanoramas: arePanoramas, origin: origin?.place)
  }

  /// What is done to the photos.
  var photoOptions: PhotoOptions {
    PhotoOptions(scale: scale, alpha: alpha, masks: masksMean, invertsMasks: invertsMasks)
  }
}

extension SceneOptions.Masks {
  /// The masks that a name on the command line stands for; `none` says that there are none.
  init(name: String?) {
    self = name.map { $0 == "none" ? .none : .folder($0) } ?? .automatic
  }
}

extension SceneOptions.Depths {
  /// The depth maps that a name on the command line stands for; `none` and ``points`` say that
  /// there are none.
  init(name: String?) {
    self = name.map { [Self.points, "none"].contains($0) ? .none : .folder($0) } ?? .automatic
  }

  /// The name that stands for the depths of points.
  static let points = "points"
}

extension PhotoOptions.Alpha: SettingValue {}
extension PhotoOptions.Masks: SettingValue {}
extension UndistortedArea: SettingValue {}

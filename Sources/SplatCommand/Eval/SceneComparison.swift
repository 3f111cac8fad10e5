import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

/// Compares a model with the photos of a scene.
struct SceneComparison {
  let model: String
  let scene: String
  let split: CameraOptions.Split
  let masks: MaskOptions
  let size: PhotoSizeOptions
  let picture: PictureOptions
  let threads: Int?
  /// The folder of images in the scene; nil for that of the training.
  var images: String?
  /// The first of every this many photos is for testing; nil for the number of the training.
  var testEvery: Int?
  /// The part of the photos that is compared; nil for all.
  var part: Part?

  /// The photos' qualities in the order of the scene, and how the model looks elsewhere.
  func run(report: ReportOptions) throws -> (
    qualities: [ViewQuality], robustness: RobustnessReport
  ) {
    // Read the model.
    let location = try ModelLocation(model)
    let file = try location.open()
    let splats = file.splats
    // The photos are used as the training did, unless options say otherwise.
    let trained = location.configuration
    var configuration = trained ?? RunConfiguration()
    try masks.apply(to: &configuration)
    size.apply(to: &configuration)
    if let images { configuration.images = images }
    if let testEvery { configuration.testEvery = testEvery }
    var options = configuration.sceneOptions
    options.origin = location.origin(of: file)
    let opened = try Scene.open(path: scene, options: options)
    let photoOptions = configuration.photoOptions
    let chosen = opened.views.filter { split == .all || $0.isTest == (split == .test) }
    guard !chosen.isEmpty else {
      throw CommandFailure(
        """
        \(scene): none of its \(opened.views.count) images is for \
        \(split == .test ? "testing" : "training")
        """, exitCode: CommandFailure.badData)
    }
    let views = Array(chosen[part?.range(of: chosen.count) ?? 0..<chosen.count])
    guard !views.isEmpty else {
      throw CommandFailure(
        "\(scene): has \(Wording.count(chosen.count, "photo")); none is left for this part",
        exitCode: CommandFailure.badData)
    }
    // The model is drawn as the training did.
    var settings = picture.settings(for: splats, configuration: trained)
    settings.threads = threads
    let meter = QualityMeter(settings: settings)
    var drawing = settings
    drawing.includesDepth = true
    let renderer = Renderer(settings: drawing)
    var robustness = RobustnessReport(
      splats, cameras: opened.views.filter { !$0.isTest }.map(\.camera), settings: settings)
    // Photo after photo is compared with its render.
    var qualities: [ViewQuality] = []
    var warnings = PhotoWarnings()
    for (index, view) in views.enumerated() {
      let photo = try view.read(photoOptions)
      warnings.add(photo, index)
      guard !photo.isFullyMasked || photo.maskIsEmpty else { continue }
      let view = TrainingView(view, photo, scale: photoOptions.scale)
      let frame = renderer.render(splats, from: view.camera)
      qualities.append(meter.quality(of: frame, view: view))
      robustness.add(view, frame)
      if Console.isTerminal, report.isPlain {
        Console.rewrite("\(qualities.count) of \(views.count)")
      }
    }
    if Console.isTerminal, report.isPlain { Console.clearLine() }
    for warning in warnings.texts(of: views) { Console.warn(warning) }
    guard !qualities.isEmpty else {
      throw CommandFailure(
        "\(scene): masks cover all \(Wording.count(views.count, "photo"))",
        exitCode: CommandFailure.badData)
    }
    return (qualities, robustness)
  }
}

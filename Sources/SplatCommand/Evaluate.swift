import ArgumentParser
import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

/// `splat eval`: how close renders are to photos.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval",
    abstract: "Compares renders of a model with a scene's photos, or two folders of images.")

  @Argument(help: "The model, or with --images the two folders.")
  var paths: [String]
  @Option(help: "The scene whose photos are compared.")
  var scene: String?
  @Option(help: "Which photos: train, test or all.")
  var split = SplitOption.test
  @Option(help: "Every how many photos one is held out.")
  var testEvery = 8
  @Flag(help: "Compare two folders of images.")
  var images = false
  @Option(help: "The background: black, white or #rrggbb.")
  var background: ColorOption?
  @Flag(help: "Render in antialiased mode.")
  var antialias = false
  @Option(help: "The number of threads.")
  var threads: Int?
  @Flag(help: "Print JSON lines.")
  var json = false

  func validate() throws {
    if images {
      guard paths.count == 2 else { throw ValidationError("--images takes two folders") }
    } else {
      guard paths.count == 1 else { throw ValidationError("one model is expected") }
      guard scene != nil else { throw ValidationError("--scene is missing") }
    }
    guard threads.map({ $0 > 0 }) ?? true else { throw ValidationError("--threads is 1 or more") }
  }

  func run() throws {
    let console = Console(isJSON: json)
    let qualities = try images ? compareFolders() : compareScene(console)
    guard !qualities.isEmpty else {
      throw CommandFailure(code: 65, message: "there are no images to compare")
    }
    for quality in qualities {
      console.result(["name": quality.name, "psnr": quality.psnr, "ssim": quality.ssim]) {
        String(format: "%@  PSNR %.3f dB  SSIM %.4f", quality.name, quality.psnr, quality.ssim)
      }
    }
    let (psnr, ssim) = Self.mean(qualities)
    console.result(["images": qualities.count, "psnr": psnr, "ssim": ssim]) {
      String(format: "mean of %d  PSNR %.3f dB  SSIM %.4f", qualities.count, psnr, ssim)
    }
  }

  static func mean(_ qualities: [ViewQuality]) -> (psnr: Double, ssim: Double) {
    let count = Double(max(1, qualities.count))
    return (
      qualities.map(\.psnr).reduce(0, +) / count, qualities.map(\.ssim).reduce(0, +) / count
    )
  }

  private func compareScene(_ console: Console) throws -> [ViewQuality] {
    let splats = try ModelPath(paths[0]).read(console)
    let opened = try Scene.open(path: scene ?? "", testEvery: testEvery)
    var settings = RenderSettings()
    settings.threads = threads
    settings.isAntialiased = antialias || splats.isAntialiased
    settings.background = background?.color ?? (opened.kind == .nerf ? SIMD3(1, 1, 1) : .zero)
    let meter = QualityMeter(settings: settings)
    var results: [ViewQuality] = []
    for view in split.views(of: opened) {
      let photo = try Scene.loadPhoto(view)
      results += meter.quality(
        of: [TrainingView(name: view.name, camera: view.camera, photo: photo)], splats: splats)
    }
    return results
  }

  private func compareFolders() throws -> [ViewQuality] {
    func names(_ folder: String) throws(FileError) -> [String: String] {
      guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw FileError(.notFound, path: folder, problem: "is no folder that can be read")
      }
      let images = files.filter { name in
        ["png", "jpg", "jpeg"].contains((name as NSString).pathExtension.lowercased())
      }
      return Dictionary(
        images.sorted().map { (($0 as NSString).deletingPathExtension, $0) },
        uniquingKeysWith: { first, _ in first })
    }
    let (first, second) = (try names(paths[0]), try names(paths[1]))
    let meter = QualityMeter(settings: RenderSettings())
    return try first.keys.sorted().compactMap { name in
      guard let a = first[name], let b = second[name] else { return nil }
      let render = try ImageFile.read(path: paths[0] + "/" + a)
      let photo = try ImageFile.read(path: paths[1] + "/" + b)
      guard render.width == photo.width, render.height == photo.height else {
        throw FileError(
          .badInput, path: paths[1] + "/" + b,
          problem:
            "is \(photo.width) x \(photo.height) pixels; \(render.width) x \(render.height) were expected"
        )
      }
      let camera = Camera(width: photo.width, height: photo.height, focalLength: SIMD2(1, 1))
      return meter.quality(
        of: Frame(render), view: TrainingView(name: name, camera: camera, photo: photo))
    }
  }
}

/// Which of a scene's photos are meant.
enum SplitOption: String, ExpressibleByArgument, CaseIterable {
  case train
  case test
  case all

  func views(of scene: Scene) -> [SceneView] {
    switch self {
    case .train: scene.trainViews
    case .test: scene.testViews
    case .all: scene.views
    }
  }
}

extension Frame {
  /// The colours of a photo over black.
  init(_ photo: Photo) {
    self.init(width: photo.width, height: photo.height)
    for pixel in 0..<photo.width * photo.height {
      let at = pixel * photo.channels
      red[pixel] = Float(photo.bytes[at]) / 255
      green[pixel] = Float(photo.bytes[at + 1]) / 255
      blue[pixel] = Float(photo.bytes[at + 2]) / 255
      alpha[pixel] = 1
    }
  }
}

import ArgumentParser
import SplatFiles
import SplatPlatform

/// `splat info`.
struct Info: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe a model or a scene, and name its problems.",
    usage: "splat info PATH [options]")

  @Argument(
    help: """
      A model of any format, the output folder of a training, or a scene: a folder or a zip archive.
      """, completion: .file())
  var path: String

  @Flag(help: "Report as one line of JSON on standard output.")
  var json = false

  @Option(help: ArgumentHelp("The folder of images.", valueName: "dir"), completion: .directory)
  var images = "images"

  @Option(
    help: ArgumentHelp("Count every this many photos as held out for testing.", valueName: "n"))
  var testEvery = 8

  @Flag(help: RunConfiguration.flagHelp("arePanoramas"))
  var panorama = false

  @Option(
    help: ArgumentHelp(
      "Draw the cameras and points of a scene, from above and from the side, with a legend.",
      valueName: "file.png"), completion: .file(extensions: ["png"]))
  var plot: String?

  func validate() throws {
    guard testEvery >= 1 else {
      throw ValidationError("--test-every is \(testEvery); 1 or more is expected.")
    }
  }

  func run() throws {
    guard FilePaths.exists(path) else {
      throw FileError(.notFound, path: path, problem: "does not exist")
    }
    let isFile = FilePaths.isFile(path) && !SceneArchive.isScene(file: path)
    let isModel =
      isFile || FilePaths.exists("\(path)/point_cloud")
      || ModelFile.description(inFolder: path) != nil
    let report: InfoReport
    if isModel {
      guard plot == nil else {
        throw ValidationError("--plot draws scenes, but \(path) is a model.")
      }
      let location = try ModelLocation(path)
      report = ModelInfo(try ModelFile.read(path: location.file), path: location.file).report
    } else {
      let info = try SceneInfo(
        path: path,
        options: SceneOptions(
          imagesFolder: images, testEvery: testEvery, depths: .automatic, arePanoramas: panorama))
      report = info.report
      if let plot { try PNGFile.write(ScenePlot(info.scene).photo, to: plot) }
    }
    Console.write(json ? report.json.text + "\n" : report.text)
  }
}

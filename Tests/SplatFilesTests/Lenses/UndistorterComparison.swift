import Foundation
import SplatCore
import SplatFiles
import Testing

/// The program that straightened photos are compared with, if there is one.
private let undistorter = ProcessInfo.processInfo.environment["SPLAT_COLMAP"]

/// Compares straightened photos with those of COLMAP's `image_undistorter`.
///
/// `scripts/check-undistortion` installs the program and runs this; it is no part of the other
/// tests.
@Suite(
  "against COLMAP", .serialized,
  .enabled(if: undistorter != nil && SharedScenes.has("fox_colmap")))
struct UndistorterComparison {
  /// The models that the programs of distributions know.
  @Test(arguments: LensFixtures.all.filter { $0.lens.rawValue <= 10 })
  func camerasAndPhotosAgree(entry: COLMAPModel.CameraEntry) throws {
    try withTemporaryFolder { folder in
      let names = try writeScene(entry, folder)
      for (area, blank) in [(UndistortedArea.crop, "0"), (.keep, "1")] {
        let output = "\(folder)/\(area.rawValue)"
        try run([
          "image_undistorter", "--image_path", "\(folder)/images", "--input_path",
          "\(folder)/sparse/0", "--output_path", output, "--blank_pixels", blank,
        ])
        let theirs = try COLMAPModel.read(path: "\(output)/sparse")
        let scene = try Scene.open(
          path: folder, options: SceneOptions(testEvery: 0, area: area))
        let camera = scene.views[0].camera
        let parameters = theirs.cameras[0].parameters
        let ours = [
          camera.focalLength.x, camera.focalLength.y, camera.principalPoint.x,
          camera.principalPoint.y, Double(camera.width), Double(camera.height),
        ]
        let expected =
          parameters + [Double(theirs.cameras[0].width), Double(theirs.cameras[0].height)]
        let off = zip(ours, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(off < 0.1, "\(ours) \(expected)")
        guard camera.width == theirs.cameras[0].width, camera.height == theirs.cameras[0].height
        else { continue }
        var worst = Double.infinity
        for (view, name) in zip(scene.views, names) {
          worst = min(worst, try psnr(view, "\(output)/images/\(name)"))
        }
        #expect(worst >= 40)
        let row = [
          entry.lens.name, area.rawValue, "\(camera.width)x\(camera.height)",
          String(format: "%.4f px", off), String(format: "%.2f dB", worst),
        ]
        print("UNDISTORTION | " + row.joined(separator: " | ") + " |")
      }
    }
  }

  /// A scene of two photos of the fox, as PNG files so that nothing is lost on the way.
  private func writeScene(_ entry: COLMAPModel.CameraEntry, _ folder: String) throws -> [String] {
    var model = COLMAPModel()
    model.cameras = [entry]
    try FileOutput.makeFolder("\(folder)/images")
    let files = try COLMAPModel.read(path: SharedScenes.path("fox_colmap")).images.map(\.name)
    let names = files.sorted().prefix(2).map { $0.replacing(".jpg", with: ".png") }
    for (index, name) in names.enumerated() {
      let source = SharedScenes.path(
        "fox_colmap/images/\(name.replacing(".png", with: ".jpg"))")
      try PNGFile.write(try ImageFile.read(path: source), to: "\(folder)/images/\(name)")
      model.images.append(
        COLMAPModel.ImageEntry(
          id: UInt32(index + 1), rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), translation: .zero,
          cameraID: 1, name: name))
    }
    try model.write(to: "\(folder)/sparse/0")
    return names
  }

  private func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(undistorter))
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// The PSNR inside the area that both programs filled.
  private func psnr(_ view: SceneView, _ path: String) throws -> Double {
    let ours = try view.read()
    let theirs = try ImageFile.read(path: path)
    let lens = try #require(view.lens)
    var (sum, count) = (0, 0)
    for pixel in 0..<theirs.width * theirs.height where ours.validity?[pixel] != 0 {
      let place = SIMD2(
        Double(pixel % theirs.width) + 0.5, Double(pixel / theirs.width) + 0.5)
      // COLMAP resamples at the photo's size and then rescales: along the border black is mixed in.
      let source = lens.pixel(
        of: (place - view.camera.principalPoint) / view.camera.focalLength)
      guard let source, source.x > 2, source.y > 2, source.x < Double(lens.width) - 2,
        source.y < Double(lens.height) - 2
      else { continue }
      for channel in 0..<3 {
        let difference =
          Int(ours.photo.bytes[pixel * 3 + channel]) - Int(theirs.bytes[pixel * 3 + channel])
        sum += difference * difference
        count += 1
      }
    }
    #expect(count > theirs.width * theirs.height)
    return 10 * log10(255 * 255 * Double(count) / Double(max(1, sum)))
  }
}

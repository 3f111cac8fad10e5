import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct OpenSfMSceneTests {
  private let cameras = """
    "brown": {"projection_type": "brown", "width": 40, "height": 20, "focal_x": 0.75, "focal_y": 0.8, \
    "c_x": 0.05, "c_y": -0.025, "k1": -0.1, "k2": 0.01, "k3": 0.001, "p1": 0.002, "p2": 0.003},
    "eye": {"projection_type": "fisheye", "width": 40, "height": 20, "focal": 0.5, "k1": 0.1, "k2": 0}
    """

  /// A file of two reconstructions, the first with the image `c.png` alone.
  private func json(_ replaced: String = "", _ by: String = "") -> String {
    let text = """
      [{"cameras": {\(cameras)}, "shots": {"c.png": {"camera": "eye", "rotation": [0, 0, 0], \
      "translation": [0, 0, 0]}}, "points": {}},
      {"cameras": {\(cameras)}, "shots": {
      "sub/b.png": {"camera": "eye", "rotation": [0, 0, 0], "translation": [1, 2, 3]},
      "a.png": {"camera": "brown", "rotation": [0, 0, 1.5707963267948966], "translation": [0, 0, 5]}},
      "points": {"7": {"coordinates": [1, 2, 3], "color": [255, 128.4, -1]}}}]
      """
    return replaced.isEmpty ? text : text.replacing(replaced, with: by)
  }

  private func open(_ text: String, file: String = "reconstruction.json") throws
    -> Result<Scene, FileError>
  {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images/sub")
      try FileOutput.makeFolder("\(folder)/opensfm")
      // OpenDroneMap keeps larger photos than it reconstructs from.
      for (name, factor) in [("a", 2), ("sub/b", 1), ("c", 1)] {
        try PNGFile.write(
          SceneFixture.photo(40 * factor, 20 * factor), to: "\(folder)/images/\(name).png")
      }
      try FileOutput.write(text, to: "\(folder)/\(file)")
      return Result { () throws(FileError) -> Scene in try Scene.open(path: folder) }
    }
  }

  @Test(arguments: ["reconstruction.json", "opensfm/reconstruction.json"])
  func theLargestReconstructionIsOpened(file: String) throws {
    let scene = try open(json(), file: file).get()
    #expect(scene.kind == .openSfM && scene.views.map(\.name) == ["a.png", "sub/b.png"])
    #expect(scene.warnings.count == 1 && scene.warnings[0].contains("of 2 reconstructions"))
    #expect(scene.points.positions == [SIMD3(1, 2, 3)])
    #expect(scene.points.colors == [SIMD3(255, 128, 0)])
    let brown = try #require(scene.views[0].lens)
    #expect(brown.width == 80 && brown.height == 40)
    #expect(brown.focalLength == SIMD2(60, 64) && brown.principalPoint == SIMD2(44, 18))
    #expect(brown.distortion.radial == SIMD4(-0.1, 0.01, 0.001, 0))
    #expect(brown.distortion.tangential == SIMD2(0.002, 0.003))
    // A quarter turn about z takes x to y.
    let moved = scene.views[0].camera.viewMatrix(SIMD3(1, 0, 0))
    #expect(abs(moved.x) < 1e-12 && abs(moved.y - 1) < 1e-12 && abs(moved.z - 5) < 1e-12)
    #expect(scene.views[1].lens?.distortion.projection == .equidistant)
    #expect(scene.views[1].lens?.focalLength == SIMD2(20, 20))
    #expect(scene.views[1].camera.viewMatrix(.zero) == SIMD3(1, 2, 3))
  }

  @Test(arguments: [
    ("\"brown\", \"width\"", "\"dual\", \"width\"", 65), ("\"focal_x\": 0.75, ", "", 65),
    ("\"camera\": \"brown\"", "\"camera\": \"none\"", 65), ("\"a.png\"", "\"../a.png\"", 65),
    ("\"a.png\"", "\"d.png\"", 66), ("[0, 0, 5]", "[0, 0]", 65),
    ("1.5707963267948966", "1e300", 65),
    ("\"width\": 40", "\"width\": 30", 65), ("\"shots\"", "\"shot\"", 65), ("[1, 2, 3]", "[]", 65),
    ("\"focal_x\": 0.75", "\"focal_x\": -1", 65),
  ])
  func whatCannotBeMeantIsAnError(found: String, replacement: String, exitCode: Int32) throws {
    switch try open(json(found, replacement)) {
    case .success: Issue.record("opened with \(replacement)")
    case .failure(let error): #expect(error.exitCode == exitCode, "\(error)")
    }
    switch try open("[]") {
    case .success: Issue.record("opened without reconstructions")
    case .failure(let error): #expect(error.exitCode == 65)
    }
  }
}

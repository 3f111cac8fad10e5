import Foundation
import SplatCore
import SplatFiles
import Synchronization
import Testing

/// Panoramas of 96 x 48 pixels whose colours tell the direction that a pixel sees.
@Suite struct PanoramaSceneTests {
  private static let width = 96
  private static let height = 48

  /// The colour of what lies in the direction `ray`, of any length, in a panorama's frame.
  private static func color(_ ray: SIMD3<Double>) -> SIMD3<Double> {
    let unit = ray / (ray * ray).sum().squareRoot()
    return (unit * 0.45 + 0.5) * 255
  }

  private static let panorama = Photo(
    width: width, height: height, channels: 3,
    bytes: (0..<width * height).flatMap { pixel -> [UInt8] in
      let longitude = ((Double(pixel % width) + 0.5) / Double(width) - 0.5) * 2 * .pi
      let latitude = ((Double(pixel / width) + 0.5) / Double(height) - 0.5) * .pi
      let color = color(
        SIMD3(
          sin(longitude) * cos(latitude), sin(latitude), cos(longitude) * cos(latitude)))
      return (0..<3).map { UInt8(color[$0].rounded()) }
    })

  /// A COLMAP scene of two panoramas, turned in any way, and a photo of a fisheye lens.
  private func fixture() -> SceneFixture {
    var fixture = SceneFixture()
    fixture.photos = [:]
    fixture.model.cameras = [
      COLMAPModel.CameraEntry(
        id: 1, lens: .equirectangular, width: Self.width, height: Self.height,
        parameters: [Double(Self.width), Double(Self.height)]),
      COLMAPModel.CameraEntry(
        id: 2, lens: .fisheye, width: 24, height: 16, parameters: [20, 21, 12, 8]),
    ]
    fixture.model.images = ["a.png", "sub/b.png", "z.png"].enumerated().map { index, name in
      COLMAPModel.ImageEntry(
        id: UInt32(index + 1), rotation: Quaternion(w: 1, x: 0.2, y: -0.5, z: 0.3 * Double(index)),
        translation: SIMD3(Double(index), 0.5, 1), cameraID: index == 2 ? 2 : 1, name: name)
    }
    return fixture
  }

  private func write(_ fixture: SceneFixture, to folder: String) throws {
    try fixture.write(to: folder)
    try FileOutput.makeFolder("\(folder)/images/sub")
    for name in ["a", "sub/b"] {
      try PNGFile.write(Self.panorama, to: "\(folder)/images/\(name).png", isFast: true)
    }
    try PNGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/images/z.png")
  }

  @Test func everyPixelOfEveryViewSeesItsDirection() throws {
    try withTemporaryFolder { folder in
      let fixture = fixture()
      try write(fixture, to: folder)
      let scene = try Scene.open(path: folder, options: SceneOptions(testEvery: 2))
      let parts = ["front", "right", "back", "left", "up", "down"]
      #expect(
        scene.views.map(\.name)
          == parts.map { "a_\($0).png" } + parts.map { "sub/b_\($0).png" } + ["z.png"])
      // The views of a panorama are for training or for testing together.
      #expect(
        scene.views.map(\.isTest) == parts.map { _ in true } + parts.map { _ in false } + [true])
      for (index, view) in scene.views.dropLast().enumerated() {
        let panorama = fixture.model.images[index / 6].viewMatrix
        let camera = view.camera
        #expect(camera.width == 24 && camera.height == 24 && camera.focalLength == SIMD2(12, 12))
        let center = camera.center - panorama.inverse.translation
        #expect((center * center).sum() < 1e-20)
        let read = try view.read()
        #expect(read.coverage == nil && read.mask == nil)
        var worst = 0.0
        for y in 0..<24 {
          for x in 0..<24 {
            let pixel = (SIMD2(Double(x), Double(y)) + 0.5 - camera.principalPoint) / 12
            let world = camera.viewMatrix.inverse.rotated(SIMD3(pixel.x, pixel.y, 1))
            let expected = Self.color(panorama.rotated(world))
            for channel in 0..<3 {
              let found = Double(read.photo.bytes[(y * 24 + x) * 3 + channel])
              worst = max(worst, abs(found - expected[channel]))
            }
          }
        }
        // Colours are rounded, and change by 8 from pixel to pixel at most.
        #expect(worst < 2, "\(view.name): \(worst)")
      }
    }
  }

  @Test func theViewsOfAPanoramaAreDecodedTogether() throws {
    try withTemporaryFolder { folder in
      try write(fixture(), to: folder)
      try FileOutput.makeFolder("\(folder)/masks")
      try PNGFile.write(Self.panorama, to: "\(folder)/masks/a.png", isFast: true)
      let views = try Scene.open(path: folder).views
      let plain = try views.map { try $0.read() }
      // A file that is gone is read no more.
      for threads in [1, 3] {
        try write(fixture(), to: folder)
        try PNGFile.write(Self.panorama, to: "\(folder)/masks/a.png", isFast: true)
        let found = Mutex<[Int: ScenePhoto]>([:])
        Scene.forEachPhoto(views, threads: threads) { index, photo in
          found.withLock { $0[index] = try? photo.get() }
          if views[index].isPanorama {
            try? FileManager.default.removeItem(atPath: views[index].imagePath)
          }
          if let mask = views[index].maskPath { try? FileManager.default.removeItem(atPath: mask) }
        }
        let all = found.withLock { $0 }
        for index in views.indices { #expect(all[index] == plain[index], "\(views[index].name)") }
      }
    }
  }

  @Test func masksAndListsAreThoseOfThePanorama() throws {
    try withTemporaryFolder { folder in
      try write(fixture(), to: folder)
      try FileOutput.makeFolder("\(folder)/masks")
      // What lies below the horizon does not count.
      let mask = Photo(
        width: Self.width, height: Self.height, channels: 3,
        bytes: (0..<Self.width * Self.height).flatMap {
          [UInt8](repeating: $0 / Self.width < Self.height / 2 ? 255 : 0, count: 3)
        })
      try PNGFile.write(mask, to: "\(folder)/masks/a.png")
      try FileOutput.write("sub/b.png\n", to: "\(folder)/test_list.txt")
      let views = try Scene.open(path: folder).views
      #expect(
        views.filter(\.isTest).map(\.imagePath)
          == [String](
            repeating: "\(folder)/images/sub/b.png", count: 6))
      let counts = try views.prefix(6).map { try $0.read().mask?.count { $0 == 1 } }
      #expect(counts == [288, 288, 288, 288, 576, 0])
      #expect(try views[6].read().mask == nil)
    }
  }

  @Test func panoramasOfOtherProgramsAreTheSame() throws {
    try withTemporaryFolder { folder in
      var model = fixture()
      model.model.images[0].rotation = Quaternion(w: 1, x: 0, y: 0, z: 0)
      model.model.images[0].translation = .zero
      try write(model, to: "\(folder)/colmap")
      for name in ["opensfm", "nerf"] {
        try FileOutput.makeFolder("\(folder)/\(name)/images")
        try PNGFile.write(Self.panorama, to: "\(folder)/\(name)/images/a.png")
      }
      try FileOutput.write(
        """
        [{"cameras": {"c": {"projection_type": "spherical", "width": 960, "height": 480}}, \
        "shots": {"a.png": {"camera": "c", "rotation": [0, 0, 0], "translation": [0, 0, 0]}}, \
        "points": {}}]
        """, to: "\(folder)/opensfm/reconstruction.json")
      // nerfstudio's camera looks along -z, with y up.
      try FileOutput.write(
        """
        {"camera_model": "EQUIRECTANGULAR", "fl_x": 48, "fl_y": 48, "cx": 48, "cy": 24, "w": 96, \
        "h": 48, "frames": [{"file_path": "images/a.png", "transform_matrix": \
        [[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]]}]}
        """, to: "\(folder)/nerf/transforms.json")
      let views = try ["colmap", "opensfm", "nerf"].map {
        Array(try Scene.open(path: "\(folder)/\($0)").views.prefix(6))
      }
      for index in 0..<6 {
        let photo = try views[0][index].read().photo
        for other in views.dropFirst() {
          #expect(try other[index].read().photo == photo)
          #expect(
            other[index].camera.viewMatrix.rotation == views[0][index].camera.viewMatrix.rotation)
        }
      }
    }
  }

  @Test func panoramasNeedNoCameraThatSaysSo() throws {
    try withTemporaryFolder { folder in
      var fixture = fixture()
      fixture.model.images.removeLast()
      try write(fixture, to: "\(folder)/a")
      fixture.model.cameras = [
        COLMAPModel.CameraEntry(
          id: 1, lens: .simplePinhole, width: Self.width, height: Self.height,
          parameters: [40, 48, 24])
      ]
      try write(fixture, to: "\(folder)/b")
      let options = SceneOptions(arePanoramas: true)
      let known = try Scene.open(path: "\(folder)/a").views
      let told = try Scene.open(path: "\(folder)/b", options: options).views
      #expect(known.count == 12 && told.map(\.name) == known.map(\.name))
      for (left, right) in zip(known, told) {
        #expect(left.camera == right.camera)
        #expect(try left.read() == right.read())
      }
      // A file that knows places alone.
      try FileOutput.makeFolder("\(folder)/c/images")
      try PNGFile.write(Self.panorama, to: "\(folder)/c/images/a.png")
      try FileOutput.write(
        """
        {"frames": [{"file_path": "images/a.png", "transform_matrix": \
        [[1, 0, 0, 0], [0, -1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]]}]}
        """, to: "\(folder)/c/transforms.json")
      let alone = try Scene.open(path: "\(folder)/c", options: options).views
      #expect(alone.count == 6)
      #expect(try alone[0].read().photo == known[0].read().photo)
    }
  }

  @Test func whatIsNoPanoramaIsSaid() throws {
    try withTemporaryFolder { folder in
      var fixture = fixture()
      try write(fixture, to: folder)
      #expect(try Scene.open(path: folder).warnings.isEmpty)
      // A view's name that a photo has.
      fixture.model.images[2].name = "a_left.png"
      try write(fixture, to: folder)
      try PNGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/images/a_left.png")
      let twice = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
      #expect(twice?.problem.contains("two views called a_left.png") == true)
      // Other proportions than 2:1.
      fixture.model.images[2].name = "z.png"
      fixture.model.cameras[0].height = 40
      fixture.model.cameras[0].parameters[1] = 40
      try write(fixture, to: folder)
      for name in ["a", "sub/b"] {
        try PNGFile.write(SceneFixture.photo(96, 40), to: "\(folder)/images/\(name).png")
      }
      let warnings = try Scene.open(path: folder).warnings
      #expect(warnings.contains { $0.contains("2 of the panoramas are not twice as wide as high") })
      // Parameters that are not the size.
      fixture.model.cameras[0].parameters[1] = 39
      try fixture.model.write(to: "\(folder)/sparse/0")
      let wrong = fileError { () throws(FileError) in _ = try Scene.open(path: folder) }
      #expect(wrong?.place == "camera 1" && wrong?.problem.contains("the size 96, 40") == true)
    }
  }
}

import Foundation
import SplatCore
import SplatFiles
import Testing

@Suite struct SceneMaskTests {
  /// A mask that is white in its right half.
  private func mask(_ width: Int = 24, _ height: Int = 16) -> Photo {
    Photo(
      width: width, height: height, channels: 3,
      bytes: (0..<width * height).flatMap { pixel -> [UInt8] in
        [UInt8](repeating: pixel % width < width / 2 ? 20 : 230, count: 3)
      })
  }

  /// Writes the fixture and masks of the given names, and lends the scene's folder to `body`.
  private func withScene(
    _ masks: [String], folder name: String = "masks", _ body: (String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      try SceneFixture().write(to: folder)
      try FileOutput.makeFolder("\(folder)/\(name)/right side")
      for file in masks { try PNGFile.write(mask(), to: "\(folder)/\(name)/\(file)") }
      try body(folder)
    }
  }

  private func error(_ folder: String, _ masks: SceneOptions.Masks = .automatic) -> FileError? {
    fileError { () throws(FileError) in
      _ = try Scene.open(path: folder, options: SceneOptions(masks: masks))
    }
  }

  @Test func masksAreFoundByTheNamesOfTheirPhotos() throws {
    try withScene(["photo 0.png", "photo 1.png.png", "right side/photo 3.png"]) { folder in
      let views = try Scene.open(path: folder).views
      #expect(
        views.map { $0.maskPath?.dropFirst(folder.count) } == [
          "/masks/photo 0.png", "/masks/photo 1.png.png", nil, nil, nil, nil, nil, nil,
          "/masks/right side/photo 3.png",
        ])
      let half = (0..<24 * 16).map { UInt8($0 % 24 < 12 ? 0 : 1) }
      #expect(try views[0].read().mask == half)
      #expect(try views[0].read(PhotoOptions(invertsMasks: true)).mask == half.map { 1 - $0 })
      #expect(try views[2].read().mask == nil)
      let none = try Scene.open(path: folder, options: SceneOptions(masks: .none))
      #expect(none.views.allSatisfy { $0.maskPath == nil })
    }
  }

  @Test func anotherFolderIsUsedOnlyIfItIsNamed() throws {
    try withScene(["photo 0.png"], folder: "people") { folder in
      #expect(try Scene.open(path: folder).views.allSatisfy { $0.maskPath == nil })
      for name in ["people", "\(folder)/people"] {
        let scene = try Scene.open(path: folder, options: SceneOptions(masks: .folder(name)))
        #expect(scene.views[0].maskPath == "\(folder)/people/photo 0.png")
      }
      #expect(error(folder, .folder("masks"))?.exitCode == 66)
      try FileOutput.makeFolder("\(folder)/empty")
      #expect(error(folder, .folder("empty"))?.problem.contains("no mask for any image") == true)
    }
  }

  @Test func aMaskOfNoImageIsNamed() throws {
    try withScene(["photo 0.png", "photo 12.png"]) { folder in
      let scene = try Scene.open(path: folder)
      #expect(scene.warnings.count == 1 && scene.views.count { $0.maskPath != nil } == 1)
      #expect(scene.warnings[0].contains("1 file is the mask of no photo and not used: photo 12"))
      // A photo that was not registered explains its mask.
      try PNGFile.write(SceneFixture.photo(24, 16), to: "\(folder)/images/photo 12.png")
      #expect(try Scene.open(path: folder).warnings.isEmpty)
    }
  }

  @Test func aMaskOutOfProportionOrBrokenIsAnError() throws {
    try withScene(["photo 0.png"]) { folder in
      let path = "\(folder)/masks/photo 0.png"
      for bad in [(24, 18), (12, 16), (12, 8)] {
        try PNGFile.write(mask(bad.0, bad.1), to: path)
        let view = try Scene.open(path: folder).views[0]
        let found = fileError { () throws(FileError) in _ = try view.read() }
        #expect(found?.exitCode == 65 && found?.path == path)
      }
      try FileOutput.write("no mask", to: path)
      let view = try Scene.open(path: folder).views[0]
      #expect(fileError { () throws(FileError) in _ = try view.read() }?.path == path)
      try PNGFile.write(mask(48, 32), to: path)
      #expect(try view.read().mask?.count == 24 * 16)
    }
  }

  @Test func transparencyOfAMaskCountsAsBlack() throws {
    try withScene([]) { folder in
      var bytes = [UInt8](repeating: 255, count: 24 * 16 * 4)
      for pixel in 0..<24 { bytes[pixel * 4 + 3] = 0 }
      try PNGFile.write(
        Photo(width: 24, height: 16, channels: 4, bytes: bytes),
        to: "\(folder)/masks/photo 0.png")
      let read = try #require(try Scene.open(path: folder).views[0].read().mask)
      #expect(read == (0..<24 * 16).map { $0 < 24 ? 0 : 1 })
    }
  }

  @Test(arguments: [
    "photo 0.png.mask.png", "photo 0.mask.png", "photo 0_mask.png", "photo 0-mask.png",
    "mask_photo 0.png", "PHOTO 0.PNG", "photo 0.PNG", "photo 0.jpg.png", "photo 0_mask.PNG",
  ])
  func masksHaveManyNames(name: String) throws {
    try withScene([name]) { folder in
      let views = try Scene.open(path: folder).views
      #expect(views[0].maskPath == "\(folder)/masks/\(name)")
      #expect(views.dropFirst().allSatisfy { $0.maskPath == nil })
      #expect(try views[0].read().mask == (0..<24 * 16).map { $0 % 24 < 12 ? 0 : 1 })
    }
  }

  @Test func masksBesidePhotosAreFoundByTheirNames() throws {
    try withScene([]) { folder in
      try FileManager.default.removeItem(atPath: "\(folder)/masks")
      let names = ["dynamic_mask_photo 0.png", "photo 1.png.mask.png", "photo 99_mask.png"]
      for name in names { try PNGFile.write(mask(), to: "\(folder)/images/\(name)") }
      let views = try Scene.open(path: folder).views
      #expect(views.filter { $0.maskPath != nil }.map(\.name) == ["photo 0.png", "photo 1.png"])
      // White is what moves, and does not count.
      let half = (0..<24 * 16).map { UInt8($0 % 24 < 12 ? 0 : 1) }
      #expect(try views[0].read().mask == half.map { 1 - $0 })
      #expect(try views[0].read(PhotoOptions(invertsMasks: true)).mask == half)
      #expect(try views[1].read().mask == half)
    }
  }

  @Test func maskedPixelsMayMeanThatNothingIsThere() throws {
    try withScene(["photo 0.png", "photo 1.png"]) { folder in
      let views = try Scene.open(path: folder).views
      let plain = try views[0].read()
      let half = (0..<24 * 16).map { UInt8($0 % 24 < 12 ? 0 : 1) }
      let read = try views[0].read(PhotoOptions(masks: .transparent))
      #expect(read.maskIsEmpty && read.mask == half && read.validity == nil)
      #expect(read.photo.channels == 4)
      for pixel in 0..<24 * 16 {
        let colors = Array(read.photo.bytes[pixel * 4..<pixel * 4 + 3])
        #expect(colors == Array(plain.photo.bytes[pixel * 3..<pixel * 3 + 3]))
        #expect(read.photo.bytes[pixel * 4 + 3] == half[pixel] * 255)
      }
      let inverted = try views[0].read(PhotoOptions(masks: .transparent, invertsMasks: true))
      #expect(inverted.mask == half.map { 1 - $0 })
      // Where photos are made smaller, colours are those of what is there.
      let small = try views[1].read(
        PhotoOptions(scale: .downscale(24.0 / 5), masks: .transparent)
      ).photo
      #expect(small.width == 5 && small.bytes[2 * 4 + 3] == 128 && small.bytes[4 * 4 + 3] == 255)
      // A photo without a mask stays as it is.
      #expect(try views[2].read(PhotoOptions(masks: .transparent)).photo.channels == 3)
      // An alpha channel that would be a mask is then what it is without that.
      let alpha = SceneFixture.photo(24, 16, channels: 4)
      try PNGFile.write(alpha, to: "\(folder)/images/photo 2.png")
      let both = try views[2].read(PhotoOptions(alpha: .mask, masks: .transparent))
      #expect(both.photo == alpha && both.validity == nil)
    }
  }

  @Test func masksMayBeLinked() throws {
    try withScene(["photo 0.png", "right side/photo 3.png"], folder: "store") { folder in
      let files = FileManager.default
      try files.createSymbolicLink(
        atPath: "\(folder)/masks", withDestinationPath: "\(folder)/store")
      #expect(try Scene.open(path: folder).views.count { $0.maskPath != nil } == 2)
      // A folder in it, and one that leads back to itself.
      try files.removeItem(atPath: "\(folder)/masks")
      try files.createDirectory(atPath: "\(folder)/masks", withIntermediateDirectories: true)
      try files.createSymbolicLink(
        atPath: "\(folder)/masks/right side", withDestinationPath: "\(folder)/store/right side")
      try files.createSymbolicLink(
        atPath: "\(folder)/masks/back", withDestinationPath: "\(folder)/masks")
      let linked = try Scene.open(path: folder).views.filter { $0.maskPath != nil }
      #expect(linked.map(\.name) == ["right side/photo 3.png"])
    }
  }

  @Test(arguments: [0, 1, 2])
  func masksOfOnesAndOfColoursAreRead(kind: Int) throws {
    try withScene([]) { folder in
      let white: [UInt8] = [[1, 1, 1], [0, 255, 0], [0, 0, 200]][kind]
      let bytes = (0..<48 * 32).flatMap { $0 % 48 < 24 ? [0, 0, 0] : white }
      try PNGFile.write(
        Photo(width: 48, height: 32, channels: 3, bytes: bytes), to: "\(folder)/masks/photo 0.png")
      let view = try Scene.open(path: folder).views[0]
      let half = (0..<24 * 16).map { UInt8($0 % 24 < 12 ? 0 : 1) }
      #expect(try view.read().mask == half)
      if kind < 2 {
        #expect(try view.read(PhotoOptions(invertsMasks: true)).mask == half.map { 1 - $0 })
      }
      #expect(try view.read().isFullyMasked == false)
    }
  }

  @Test func pointsThatMostPhotosMaskAreLeftOut() {
    let camera = Camera(width: 10, height: 10, focalLength: SIMD2(10, 10))
    let photo = Photo(
      width: 10, height: 10, channels: 3, bytes: [UInt8](repeating: 9, count: 300))
    let left = (0..<100).map { UInt8($0 % 10 < 5 ? 0 : 1) }
    // Left, right, behind the camera, and beside the image.
    let points = PointCloud(
      positions: [SIMD3(-1, 0, 4), SIMD3(1, 0, 4), SIMD3(0, 0, -4), SIMD3(9, 0, 4)],
      colors: [SIMD3(1, 1, 1), SIMD3(2, 2, 2), SIMD3(3, 3, 3), SIMD3(4, 4, 4)])
    var votes = MaskVotes(points: points)
    votes.add(ScenePhoto(photo: photo), camera: camera)
    #expect(votes.kept == points)
    votes.add(ScenePhoto(photo: photo, mask: left), camera: camera)
    // One photo of two covers the point: that is not more than half.
    #expect(votes.kept.count == 4)
    votes.add(ScenePhoto(photo: photo, mask: left), camera: camera)
    #expect(votes.kept.colors.map(\.x) == [2, 3, 4])
    // Where a straightened photo shows nothing it says nothing.
    var blind = MaskVotes(points: points)
    blind.add(
      ScenePhoto(photo: photo, mask: left, coverage: left), camera: camera)
    #expect(blind.kept == points)
  }
}

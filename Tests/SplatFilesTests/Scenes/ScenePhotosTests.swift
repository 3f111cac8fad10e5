import SplatCore
import SplatFiles
import Synchronization
import Testing

@Suite struct ScenePhotosTests {
  private func view(_ path: String, _ width: Int, _ height: Int) -> SceneView {
    SceneView(
      name: "a", camera: Camera(width: width, height: height, focalLength: SIMD2(10, 10)),
      imagePath: path, isTest: false)
  }

  @Test(arguments: [
    (PhotoScale.full, 101, 50), (.downscale(1), 101, 50), (.downscale(2), 51, 25),
    (.downscale(1000), 1, 1), (.maximumSide(50), 50, 25), (.maximumSide(200), 101, 50),
    (.maximumSide(0), 1, 1), (.downscale(0.5), 101, 50), (.downscale(.nan), 101, 50),
    (.downscale(.infinity), 1, 1),
  ])
  func cameraAndPhotoAgreeAboutTheSize(scale: PhotoScale, width: Int, height: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.png"
      try PNGFile.write(SceneFixture.photo(101, 50), to: path)
      let view = view(path, 101, 50)
      let photo = try view.read(PhotoOptions(scale: scale)).photo
      let camera = scale.camera(view.camera)
      #expect(photo.width == width && photo.height == height)
      #expect(camera.width == width && camera.height == height)
      #expect(abs(camera.focalLength.x - 10 * Double(width) / 101) < 1e-12)
    }
  }

  @Test func aPhotoThatCannotBeReadDoesNotHinderTheOthers() throws {
    try withTemporaryFolder { folder in
      var views: [SceneView] = []
      for index in 0..<20 {
        let path = "\(folder)/\(index).png"
        if index != 3 { try PNGFile.write(SceneFixture.photo(8 + index, 6), to: path) }
        views.append(view(path, 8 + (index == 5 ? 0 : index), 6))
      }
      let done = Mutex<Set<Int>>([])
      let results = Scene.loadPhotos(views, threads: 3) { count in
        done.withLock { _ = $0.insert(count) }
      }
      #expect(done.withLock { $0 } == Set(1...20))
      for (index, result) in results.enumerated() {
        switch (index, result) {
        case (3, .failure(let error)): #expect(error.exitCode == 66)
        case (5, .failure(let error)): #expect(error.problem.contains("13 x 6"))
        case (3, .success), (5, .success), (_, .failure): Issue.record("photo \(index)")
        case (_, .success(let read)): #expect(read.photo.width == 8 + index)
        }
      }
    }
  }

  @Test(arguments: [(200, 152), (100, 76), (99, 75), (50, 38), (25, 19), (13, 10), (1, 1)])
  func jpegsDecodedSmallerAreWhereTheAreaFilterPutsThem(width: Int, height: Int) throws {
    try withTemporaryFolder { folder in
      // A smooth image, since the decoder's own scaling is no area filter at every pixel. The sides
      // are no multiples of eight, so that the last decoded pixels lie partly outside.
      let (fullWidth, fullHeight) = (203, 155)
      var bytes: [UInt8] = []
      for y in 0..<fullHeight {
        for x in 0..<fullWidth { bytes += [UInt8(x), UInt8(y), UInt8((x + y) / 2)] }
      }
      let full = Photo(width: fullWidth, height: fullHeight, channels: 3, bytes: bytes)
      let path = "\(folder)/a.jpg"
      try JPEGFile.write(full, to: path, quality: 100)
      let photo = try ImageFile.read(path: path, scaledTo: (width, height))
      let expected = full.areaDownscaled(width: width, height: height)
      let differences = zip(photo.bytes, expected.bytes).map { abs(Int($0) - Int($1)) }
      #expect(photo.width == width && (differences.max() ?? 0) <= 4)
    }
  }
}

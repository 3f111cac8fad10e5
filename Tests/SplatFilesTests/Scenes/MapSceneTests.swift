import SplatCore
import SplatFiles
import Testing

@Suite struct MapSceneTests {
  /// The fixture with coordinates that are larger by `offset`.
  private func fixture(_ offset: SIMD3<Double>) -> SceneFixture {
    var fixture = SceneFixture()
    for index in fixture.model.images.indices {
      fixture.model.images[index].translation -= offset
    }
    for index in fixture.model.points.indices { fixture.model.points[index].position += offset }
    return fixture
  }

  @Test(arguments: [
    SIMD3(450_000.0, 5_200_000, 100), SIMD3(-3e6, 4e6, 3.5e6), SIMD3(1e7, 0, 0),
  ])
  func coordinatesOfAMapLoseNothing(offset: SIMD3<Double>) throws {
    try withTemporaryFolder { folder in
      try fixture(.zero).write(to: "\(folder)/plain")
      try fixture(offset).write(to: "\(folder)/map")
      let plain = try Scene.open(path: "\(folder)/plain")
      let map = try Scene.open(path: "\(folder)/map")
      #expect(plain.origin == .zero && plain.warnings.isEmpty)
      #expect(map.warnings.count == 1 && map.warnings[0].contains("coordinates are those of a map"))
      // The origin is a round place amid the cameras.
      let difference = map.origin - offset
      #expect((difference * difference).sum() < 200)
      for axis in 0..<3 { #expect(map.origin[axis] == map.origin[axis].rounded()) }
      // Seen from each camera, points are where they were.
      for (a, b) in zip(plain.views, map.views) {
        for (p, q) in zip(plain.points.positions, map.points.positions) {
          let error = a.camera.viewMatrix(SIMD3<Double>(p)) - b.camera.viewMatrix(SIMD3<Double>(q))
          #expect((error * error).sum().squareRoot() < 1e-6)
        }
      }
      // A model's origin is kept, whatever would be chosen.
      let options = SceneOptions(origin: offset)
      let fixed = try Scene.open(path: "\(folder)/map", options: options)
      #expect(fixed.origin == offset && fixed.warnings.isEmpty)
      for (p, q) in zip(plain.points.positions, fixed.points.positions) {
        #expect(p == q)
      }
    }
  }

  @Test func coordinatesOfTransformsAndTheirPointsAreOfOneFrame() throws {
    try withTemporaryFolder { folder in
      try FileOutput.makeFolder("\(folder)/images")
      var frames: [String] = []
      for index in 0..<3 {
        try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/images/\(index).png")
        frames.append(
          """
          {"file_path": "images/\(index).png", "transform_matrix": \
          [[1, 0, 0, \(4_500_000 + index)], [0, 1, 0, 2e5], [0, 0, 1, 3], [0, 0, 0, 1]]}
          """)
      }
      let text = """
        {"camera_angle_x": 1.2, "ply_file_path": "p.ply", \
        "frames": [\(frames.joined(separator: ","))]}
        """
      try FileOutput.write(text, to: "\(folder)/transforms.json")
      try FileOutput.write(
        """
        ply
        format ascii 1.0
        element vertex 1
        property double x
        property double y
        property double z
        end_header
        4500001.25 200000.125 -2

        """, to: "\(folder)/p.ply")
      let scene = try Scene.open(path: folder)
      #expect(scene.origin == SIMD3(4_500_001, 200_000, 3))
      #expect(scene.points.positions == [SIMD3(0.25, 0.125, -5)])
      let center = scene.views[2].camera.center
      #expect(((center - SIMD3(1, 0, 0)) * (center - SIMD3(1, 0, 0))).sum() < 1e-12)
    }
  }

  @Test func aScaleOfTheFrameOfReferenceIsNoScaleOfTheCamera() throws {
    try withTemporaryFolder { folder in
      try PNGFile.write(SceneFixture.photo(20, 10), to: "\(folder)/a.png")
      func open(_ matrix: String) throws -> Camera {
        let text = """
          {"camera_angle_x": 1.2, "frames": [{"file_path": "a.png", "transform_matrix": \(matrix)}]}
          """
        try FileOutput.write(text, to: "\(folder)/transforms.json")
        return try Scene.open(path: folder).views[0].camera
      }
      let plain = try open("[[0, -1, 0, 4], [1, 0, 0, 5], [0, 0, 1, 6], [0, 0, 0, 1]]")
      for scale in ["2.5", "0.01"] {
        let row = { (text: String) in text.replacing("1", with: scale) }
        let matrix = "[[\(row("0, -1, 0")), 4], [\(row("1, 0, 0")), 5], [\(row("0, 0, 1")), 6]]"
        let camera = try open(matrix)
        let difference = camera.center - plain.center
        #expect((difference * difference).sum() < 1e-20)
        #expect(abs(camera.viewMatrix.rotation.row0.y - plain.viewMatrix.rotation.row0.y) < 1e-12)
      }
      for bad in [
        "[[2, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]", "[[0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1]]",
      ] {
        let error = fileError { () throws(FileError) in
          let text = """
            {"camera_angle_x": 1.2, "frames": [{"file_path": "a.png", "transform_matrix": \(bad)}]}
            """
          try FileOutput.write(text, to: "\(folder)/transforms.json")
          _ = try Scene.open(path: folder)
        }
        #expect(error?.problem.contains("no rotation") == true)
      }
    }
  }

  @Test func camerasFarAwayAndPointsThatNoneSeesAreWarnedOf() throws {
    try withTemporaryFolder { folder in
      var fixture = SceneFixture()
      fixture.model.images[2].translation = SIMD3(2e4, 0, 5)
      try fixture.write(to: "\(folder)/far")
      let far = try Scene.open(path: "\(folder)/far")
      #expect(far.warnings.count == 1)
      #expect(far.warnings[0].contains("1 of 9 cameras lies far from all others: photo 8.png;"))
      fixture = SceneFixture()
      for index in fixture.model.points.indices { fixture.model.points[index].position.z = -90 }
      try fixture.write(to: "\(folder)/unseen")
      let unseen = try Scene.open(path: "\(folder)/unseen")
      #expect(unseen.warnings.count == 1)
      #expect(unseen.warnings[0].contains("no camera sees 100 % of the points"))
    }
  }
}

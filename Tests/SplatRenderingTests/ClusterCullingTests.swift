import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct ClusterCullingTests {
  /// The Gaussians of `splats` that projection finds in view, by their indices.
  private func visible(_ splats: Splats, _ camera: Camera, _ settings: RenderSettings) -> [Bool] {
    let rasterizer = Rasterizer()
    var result = [Bool](repeating: false, count: splats.count)
    splats.parameters.withReadOnlyView { model in
      let projected = rasterizer.project(
        model, camera: camera,
        settings: settings, workers: Workers(threads: 2))
      for (chunk, count) in projected.recordCounts.enumerated() {
        for offset in 0..<count {
          result[Int(projected.records[chunk * Projection.chunkSize + offset].index)] = true
        }
      }
      withExtendedLifetime(rasterizer) {}
    }
    return result
  }

  /// Whether each cluster is hidden.
  private func hidden(_ splats: Splats, _ camera: Camera, _ settings: RenderSettings) -> [Bool] {
    let clusters = ClusterBoxes(splats.parameters)
    let culling = ClusterCulling(clusters, camera: camera, settings: settings)
    return (0..<clusters.table.count).map {
      culling.hidden(chunk: $0 / 8) >> UInt8($0 % 8) & 1 == 1
    }
  }

  /// Each Gaussian of random scenes is a cluster of its own, so that boxes are as tight as
  /// possible.
  @Test func whatIsHiddenIsNotInView() {
    var (hiddenCount, unseenCount, missed) = (0, 0, 0)
    for seed in UInt64(0)..<300 {
      let scene = RandomScene(seed: seed + 5000)
      let indices = (0..<scene.splats.count * ClusterBoxes.size)
        .map { Int32($0 / ClusterBoxes.size) }
      var splats = scene.splats
      splats.parameters = scene.splats.parameters.gathered(indices)
      // No Gaussian is hidden by a low opacity, and the largest opacity reaches furthest.
      for index in 0..<splats.count { splats.parameters[Plane.opacityLogit, index] = 20 }
      var settings = scene.settings
      if seed % 3 == 0 { settings.dropout = Dropout(share: 0.8, seed: 1, firstIndex: 0) }
      let visible = visible(splats, scene.camera, settings)
      for (cluster, isHidden) in hidden(splats, scene.camera, settings).enumerated() {
        let isVisible = visible[cluster * ClusterBoxes.size]
        if isHidden && isVisible { missed += 1 }
        // What is left out may be in view.
        guard settings.dropout == .none else { continue }
        if isHidden { hiddenCount += 1 }
        if !isVisible { unseenCount += 1 }
      }
    }
    #expect(missed == 0)
    // Boxes do not know in which direction a Gaussian is long.
    #expect(unseenCount > 1000)
    #expect(hiddenCount > unseenCount / 2, "\(hiddenCount) of \(unseenCount)")
  }

  /// Opaque balls at growing distances from the axis, in steps of a quarter of a pixel. Boxes know
  /// the extent of a ball except for the low-pass filter, which they add linearly where the
  /// projection adds variances.
  @Test(arguments: [Float(0.02), 0.2, 2], [SIMD2<Float>(1, 0), [-1, 0], [0, 1], [0, -1]])
  func ballsAreHiddenAsSoonAsTheyAreOutOfView(deviation: Float, direction: SIMD2<Float>) {
    let camera = Camera(width: 60, height: 40, focalLength: SIMD2(50, 50))
    let (depth, pixel) = (Float(2), Float(2) / 50)
    let count = Int(40 + 400 * deviation) * 4
    var splats = Splats(count: count * ClusterBoxes.size, shDegree: 0)
    for index in 0..<splats.count {
      let position = direction * (pixel * Float(index / ClusterBoxes.size) / 4)
      splats[index] = Splat(
        mean: SIMD3(position, depth), logScale: SIMD3(repeating: Float.log(deviation)),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 20, shCoefficients: [.zero])
    }
    let settings = RenderSettings()
    let visible = visible(splats, camera, settings)
    let unseen = (0..<count).first { !visible[$0 * ClusterBoxes.size] } ?? count
    let hidden = hidden(splats, camera, settings).firstIndex(of: true) ?? count
    let level = -2 * Double.log(Double(settings.alphaThreshold))
    let filter = (level * Double(settings.filterVariance)).squareRoot()
    #expect(unseen < count && hidden >= unseen)
    #expect(Double(hidden - unseen) <= 4 * filter + 1, "\(hidden), \(unseen)")
  }

  /// Gaussians on all sides of the camera, in Morton order.
  @Test(arguments: UInt64(0)..<8) func boundedClustersLeaveEveryBitOfAPicture(seed: UInt64) {
    let scene = RandomScene(seed: seed + 6000)
    var random = RandomSource(seed: seed, purpose: .testing)
    var splats = SyntheticScene.splats(count: 5003, seed: seed)
    for index in 0..<splats.count {
      splats[index].mean =
        SIMD3<Float>(scene.camera.center)
        + SIMD3(random.normal(), random.normal(), random.normal()) * 4
    }
    splats.parameters = splats.parameters.gathered(MortonOrder.of(splats.parameters))
    let camera = scene.camera.resized(width: 90, height: 70)
    let renderer = Renderer(settings: scene.settings)
    let whole = renderer.render(splats, from: camera)
    splats.boundClusters()
    #expect(renderer.render(splats, from: camera) == whole)
    let hidden = hidden(splats, camera, scene.settings)
    #expect(hidden.count { $0 } > hidden.count / 10, "\(hidden.count { $0 }) of \(hidden.count)")
    #expect(whole.alpha.contains { $0 > 0.5 })
  }

  @Test(arguments: UInt64(0)..<40) func extremeParametersHideNothingThatIsInView(seed: UInt64) {
    var random = RandomSource(seed: seed, purpose: .testing)
    let scene = RandomScene(seed: seed + 7000)
    var splats = SyntheticScene.splats(count: 300, seed: seed)
    for _ in 0..<40 {
      let plane = random.index(below: Plane.opacityLogit)
      let value = HostileInputTests.extremes[random.index(below: HostileInputTests.extremes.count)]
      splats.parameters[plane, random.index(below: splats.count)] = value
    }
    for camera in [HostileInputTests.camera, scene.camera] {
      let whole = Renderer(settings: scene.settings).render(splats, from: camera)
      var bounded = splats
      bounded.boundClusters()
      #expect(Renderer(settings: scene.settings).render(bounded, from: camera) == whole)
    }
  }
}

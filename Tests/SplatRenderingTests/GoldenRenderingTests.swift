import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct GoldenRenderingTests {
  static let cases = GoldenCase.all { $0.config != nil }

  @Test func thereAreCases() { #expect(!Self.cases.isEmpty) }

  @Test(arguments: cases)
  func everyQuantityIsWithinTheManifestsTolerance(_ golden: GoldenCase) throws {
    let run = try GoldenRun(golden)
    let fragile = try golden.values("fragile")
    let visible = try golden.values("visible")
    #expect(zip(run.isVisible, visible).allSatisfy { !$0 || $1 == 1 })
    for (name, values) in run.forward {
      try check(golden, name, values) { index in
        let width = values.count / run.isVisible.count
        return run.isVisible[index / width]
      }
    }
    for (name, values) in run.image {
      let width = values.count / fragile.count
      try check(golden, name, values) { fragile[$0 / width] == 0 }
      let reference = try golden.values(name)
      if name != "depth_expected" {
        #expect(zip(values, reference).allSatisfy { abs($0 - $1) <= 0.01 })
      }
    }
    for (name, values) in run.gradients { try check(golden, name, values) { _ in true } }
  }

  private func check(
    _ golden: GoldenCase, _ name: String, _ values: [Float], where isCounted: (Int) -> Bool
  ) throws {
    let reference = try golden.values(name)
    try #require(reference.count == values.count)
    let difference = Difference(values, reference, where: isCounted)
    let tolerance = try #require(golden.tolerance(name))
    print("golden \(golden) \(name): \(difference)")
    #expect(difference.isWithin(tolerance), "\(golden) \(name): \(difference)")
  }

  @Test(arguments: cases)
  func anyNumberOfThreadsGivesTheSameBits(_ golden: GoldenCase) throws {
    let one = try GoldenRun(golden, threads: 1)
    for threads in [2, 7] {
      let other = try GoldenRun(golden, threads: threads)
      #expect(one.image == other.image)
      #expect(one.gradients == other.gradients)
    }
  }
}

/// The renderer's results for a golden case.
private struct GoldenRun {
  var isVisible: [Bool]
  var forward: [String: [Float]] = [:]
  var image: [String: [Float]] = [:]
  var gradients: [String: [Float]] = [:]

  init(_ golden: GoldenCase, threads: Int? = nil) throws {
    let config = try #require(golden.manifest.config)
    let splats = try Self.splats(golden, config)
    let camera = try Self.camera(golden, config)
    let run = RenderingRun(
      splats, from: camera, settings: Self.settings(config),
      weights: try Self.weights(golden, config), includesAbsolute: true, threads: threads)
    isVisible = [Bool](repeating: false, count: splats.count)
    for record in run.records { isVisible[Int(record.index)] = true }
    forward = Self.forward(run.records, count: splats.count)
    image = [
      "image": run.frame.red.indices.flatMap {
        [run.frame.red[$0], run.frame.green[$0], run.frame.blue[$0]]
      },
      "alpha": run.frame.alpha, "depth_expected": run.frame.depth,
    ]
    gradients = Self.gradients(run, camera: camera)
  }

  /// The projected Gaussians, each quantity row by row; 0 for those that are not visible.
  private static func forward(_ records: [ProjectedSplat], count: Int) -> [String: [Float]] {
    func table(_ values: (ProjectedSplat) -> [Float]) -> [Float] {
      let width = records.first.map { values($0).count } ?? 0
      var result = [Float](repeating: 0, count: count * width)
      for record in records {
        let start = Int(record.index) * width
        result.replaceSubrange(start..<start + width, with: values(record))
      }
      return result
    }
    return [
      "means2d": table { [$0.meanX, $0.meanY] }, "depths": table { [$0.depth] },
      "conics": table { [$0.conicXX, $0.conicXY, $0.conicYY] },
      "compensation": table { [$0.compensation] }, "opacity_eff": table { [$0.opacity] },
      "colors": table { [$0.red, $0.green, $0.blue] },
    ]
  }

  /// The gradients, each quantity row by row.
  private static func gradients(_ run: RenderingRun, camera: Camera) -> [String: [Float]] {
    func rows(_ blocks: ParameterBlocks, _ planes: Range<Int>) -> [Float] {
      (0..<blocks.count).flatMap { i in planes.map { blocks[$0, i] } }
    }
    let (parameters, projected) = (run.gradients, run.projected)
    func norms(_ scale: SIMD2<Float>) -> [Float] {
      (0..<projected.count).map { i -> Float in
        let g = SIMD2(projected[0, i], projected[1, i]) * scale
        return (g * g).sum().squareRoot()
      }
    }
    let pose = run.camera.pose(at: camera.viewMatrix)
    return [
      "grad_means": rows(parameters, 0..<3), "grad_log_scales": rows(parameters, 3..<6),
      "grad_quats": rows(parameters, 6..<10), "grad_opacity_logits": rows(parameters, 10..<11),
      "grad_sh": rows(parameters, 11..<parameters.planes), "grad_means2d": rows(projected, 0..<2),
      "grad_conics": rows(projected, 2..<5), "grad_opacity_eff": rows(projected, 5..<6),
      "grad_colors": rows(projected, 6..<9), "grad_means2d_abs": rows(projected, 9..<11),
      "grad_means2d_norm": norms(SIMD2(1, 1)),
      "grad_means2d_norm_ndc": norms(SIMD2(Float(camera.width), Float(camera.height)) / 2),
      "grad_pose_se3": (0..<6).map {
        Float($0 < 3 ? pose.translation[$0] : pose.rotation[$0 - 3])
      },
      "grad_viewmat_rt": run.camera.matrix(at: camera.viewMatrix),
    ]
  }

  private static func settings(_ config: GoldenCase.Config) -> RenderSettings {
    var settings = RenderSettings()
    settings.background = SIMD3(config.background[0], config.background[1], config.background[2])
    settings.nearPlane = config.near
    settings.farPlane = config.far
    settings.isAntialiased = config.antialiased
    settings.includesDepth = true
    settings.maximumAlpha = config.alpha_max
    settings.alphaThreshold = config.alpha_min
    settings.transmittanceThreshold = config.transmittance_min
    return settings
  }

  private static func weights(_ golden: GoldenCase, _ config: GoldenCase.Config) throws
    -> ImageWeights
  {
    let colors = try golden.values("W1")
    func channel(_ index: Int) -> [Float] {
      stride(from: index, to: colors.count, by: 3).map { colors[$0] }
    }
    return ImageWeights(
      red: channel(0), green: channel(1), blue: channel(2), alpha: try golden.values("W2"))
  }

  private static func splats(_ golden: GoldenCase, _ config: GoldenCase.Config) throws -> Splats {
    let means = try golden.values("means")
    let quats = try golden.values("quats")
    let logScales = try golden.values("log_scales")
    let logits = try golden.values("opacity_logits")
    let sh = try golden.values("sh")
    var splats = Splats(count: logits.count, shDegree: config.sh_degree)
    let k = splats.coefficientCount
    func triple(_ a: [Float], _ i: Int) -> SIMD3<Float> {
      SIMD3(a[i * 3], a[i * 3 + 1], a[i * 3 + 2])
    }
    for i in 0..<splats.count {
      splats[i] = Splat(
        mean: triple(means, i), logScale: triple(logScales, i),
        rotation: Quaternion(
          w: quats[i * 4], x: quats[i * 4 + 1], y: quats[i * 4 + 2], z: quats[i * 4 + 3]),
        opacityLogit: logits[i], shCoefficients: (0..<k).map { triple(sh, i * k + $0) })
    }
    return splats
  }

  private static func camera(_ golden: GoldenCase, _ config: GoldenCase.Config) throws -> Camera {
    let view = try golden.values("viewmat").map(Double.init)
    func row(_ r: Int) -> Vector3<Double> { Vector3(view[r * 4], view[r * 4 + 1], view[r * 4 + 2]) }
    return Camera(
      width: config.width, height: config.height, focalLength: SIMD2(config.fx, config.fy),
      principalPoint: SIMD2(config.cx, config.cy),
      viewMatrix: RigidTransform(
        rotation: Matrix3(row(0), row(1), row(2)),
        translation: SIMD3(view[3], view[7], view[11])))
  }
}

extension CameraGradient {
  /// The gradient of the view matrix's entries, by rows, with the centre taken as -Rᵀt.
  fileprivate func matrix(at view: RigidTransform) -> [Float] {
    let moved = translation - view.rotated(center)
    let t = view.translation
    func row(_ g: Vector3<Double>, _ i: Int) -> [Float] {
      let turned = Vector3(center) * -t[i]
      return [g.x + turned.x, g.y + turned.y, g.z + turned.z, moved[i]].map { Float($0) }
    }
    return row(rotation.row0, 0) + row(rotation.row1, 1) + row(rotation.row2, 2) + [0, 0, 0, 0]
  }
}

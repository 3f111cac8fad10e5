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

/// What our renderer makes of a golden case.
private struct GoldenRun {
  var isVisible: [Bool]
  var forward: [String: [Float]] = [:]
  var image: [String: [Float]] = [:]
  var gradients: [String: [Float]] = [:]

  init(_ golden: GoldenCase, threads: Int? = nil) throws {
    let config = try #require(golden.manifest.config)
    let splats = try Self.splats(golden, config)
    let camera = try Self.camera(golden, config)
    var settings = RenderSettings()
    settings.background = SIMD3(config.background[0], config.background[1], config.background[2])
    settings.nearPlane = config.near
    settings.farPlane = config.far
    settings.isAntialiased = config.antialiased
    settings.includesDepth = true
    settings.maximumAlpha = config.alpha_max
    settings.alphaThreshold = config.alpha_min
    settings.transmittanceThreshold = config.transmittance_min

    let workers = Workers(threads: threads)
    let rasterizer = Rasterizer()
    let pixels = config.width * config.height
    var frame = Frame(width: config.width, height: config.height, includesDepth: true)
    let w1 = try golden.values("W1")
    var w2 = try golden.values("W2")
    isVisible = [Bool](repeating: false, count: splats.count)
    var camGradient = CameraGradient()
    let planes = Plane.count(shDegree: splats.shDegree)
    var grad = ParameterBlocks(count: splats.count, planes: planes)
    var imageGrad = ParameterBlocks(count: splats.count, planes: ImageGradient.count)
    var records: [ProjectedSplat] = []

    splats.parameters.storage.withReadOnlyView { parameters in
      let pass = rasterizer.prepare(
        parameters: parameters, count: splats.count, shDegree: splats.shDegree, camera: camera,
        settings: settings, workers: workers)
      for chunk in 0..<pass.recordCounts.count {
        for k in 0..<pass.recordCounts[chunk] {
          records.append(pass.records[chunk * Projection.chunkSize + k])
        }
      }
      var gradRed = (0..<pixels).map { w1[$0 * 3] }
      var gradGreen = (0..<pixels).map { w1[$0 * 3 + 1] }
      var gradBlue = (0..<pixels).map { w1[$0 * 3 + 2] }
      frame.withPlanes { planes in
        rasterizer.blend(pass, into: planes, workers: workers)
        gradRed.withView { red in
          gradGreen.withView { green in
            gradBlue.withView { blue in
              w2.withView { alpha in
                let slotGradients = rasterizer.backward(
                  pass, image: planes,
                  gradImage: ImageGradients(
                    red: red, green: green, blue: blue, alpha: alpha, rowStride: config.width),
                  includesAbsolute: true, workers: workers)
                grad.storage.withView { all in
                  imageGrad.storage.withView { allImage in
                    camGradient = rasterizer.backwardProjection(
                      pass, parameters: parameters, gradients: slotGradients, workers: workers,
                      includesCamera: true
                    ) { block, isVisible, gradParameters, gradImage, _ in
                      guard isVisible else { return }
                      all.copy(gradParameters, to: block * gradParameters.count)
                      allImage.copy(gradImage, to: block * gradImage.count)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }

    func table(_ width: Int) -> [Float] { [Float](repeating: 0, count: splats.count * width) }
    var (means, depths, conics) = (table(2), table(1), table(3))
    var (compensation, opacity, colors) = (table(1), table(1), table(3))
    for record in records {
      let i = Int(record.index)
      isVisible[i] = true
      means[i * 2] = record.meanX
      means[i * 2 + 1] = record.meanY
      depths[i] = record.depth
      conics[i * 3] = record.conicXX
      conics[i * 3 + 1] = record.conicXY
      conics[i * 3 + 2] = record.conicYY
      compensation[i] = record.compensation
      opacity[i] = record.opacity
      colors[i * 3] = record.red
      colors[i * 3 + 1] = record.green
      colors[i * 3 + 2] = record.blue
    }
    forward = [
      "means2d": means, "depths": depths, "conics": conics, "compensation": compensation,
      "opacity_eff": opacity, "colors": colors,
    ]
    image = [
      "image": (0..<pixels).flatMap { [frame.red[$0], frame.green[$0], frame.blue[$0]] },
      "alpha": frame.alpha.map { 1 - $0 }, "depth_expected": frame.depth,
    ]

    func rows(_ blocks: ParameterBlocks, _ planes: Range<Int>) -> [Float] {
      (0..<splats.count).flatMap { i in planes.map { blocks[$0, i] } }
    }
    let mean2D = rows(imageGrad, 0..<2)
    let size = SIMD2(Float(config.width), Float(config.height)) / 2
    self.gradients = [
      "grad_means": rows(grad, 0..<3), "grad_log_scales": rows(grad, 3..<6),
      "grad_quats": rows(grad, 6..<10), "grad_opacity_logits": rows(grad, 10..<11),
      "grad_sh": rows(grad, 11..<planes), "grad_means2d": mean2D,
      "grad_conics": rows(imageGrad, 2..<5), "grad_opacity_eff": rows(imageGrad, 5..<6),
      "grad_colors": rows(imageGrad, 6..<9), "grad_means2d_abs": rows(imageGrad, 9..<11),
    ]
    func norms(_ scale: SIMD2<Float>) -> [Float] {
      (0..<splats.count).map { i -> Float in
        let g = SIMD2<Float>(mean2D[i * 2], mean2D[i * 2 + 1]) * scale
        return (g * g).sum().squareRoot()
      }
    }
    self.gradients["grad_means2d_norm"] = norms(SIMD2(1, 1))
    self.gradients["grad_means2d_norm_ndc"] = norms(size)
    let pose = camGradient.pose(at: camera.viewMatrix)
    self.gradients["grad_pose_se3"] = (0..<6).map {
      Float($0 < 3 ? pose.translation[$0] : pose.rotation[$0 - 3])
    }
    self.gradients["grad_viewmat_rt"] = camGradient.matrix(at: camera.viewMatrix)
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

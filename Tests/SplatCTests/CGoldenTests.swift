import CSplat
import SplatCore
import SplatTestSupport
import Testing

/// The golden cases through the functions of `splat.h`, in every form that Gaussians may have.
@Suite struct CGoldenTests {
  static let cases = GoldenCase.all { $0.config != nil }

  /// How the Gaussians of a case are given.
  enum Form: CaseIterable {
    /// As stored: logarithms, logits, all harmonics in one array.
    case stored
    /// As gsplat takes them: standard deviations, opacities, and harmonics in two arrays.
    case linear
    /// With the colours that the harmonics give.
    case direct
  }

  @Test(arguments: cases, Form.allCases)
  func everyQuantityIsWithinTheManifestsTolerance(_ golden: GoldenCase, form: Form) throws {
    let scene = try Self.scene(golden, form)
    let config = try #require(golden.manifest.config)
    let run = try scene.run(
      .init(color: try golden.values("W1"), alpha: try golden.values("W2")))
    let fragile = try golden.values("fragile")
    for (name, values) in [
      ("image", run.color), ("alpha", run.alpha), ("depth_expected", run.expectedDepth),
    ] {
      let width = values.count / fragile.count
      try check(golden, form, name, values) { fragile[$0 / width] == 0 }
    }
    let isDrawn = { run.radii[2 * $0] > 0 }
    for (name, values) in [
      ("means2d", run.means2D), ("depths", run.depths), ("conics", run.conics),
      ("opacity_eff", run.opacities),
    ] {
      let width = values.count / scene.count
      try check(golden, form, name, values) { isDrawn($0 / width) }
    }
    if golden.manifest.arrays.contains(where: { $0.name == "radii" }) {
      let radii = try golden.values("radii")
      let same = run.radii.indices.filter { Float(run.radii[$0]) == radii[$0] }.count
      let drawn = run.radii.indices.filter { isDrawn($0 / 2) }
      #expect(drawn.allSatisfy { abs(Float(run.radii[$0]) - radii[$0]) <= 1 })
      print("golden \(golden) radii through C: \(same) of \(radii.count) are the same")
    }

    // Gradients with respect to what was given.
    try check(golden, form, "grad_quats", run.gradQuaternions)
    try check(golden, form, "grad_means2d", run.gradMeans2D)
    try check(golden, form, "grad_means2d_abs", run.gradAbsolute)
    let logScales = form == .stored ? run.gradScales : zip(run.gradScales, scene.scales).map(*)
    try check(golden, form, "grad_log_scales", logScales)
    let logits =
      form == .stored
      ? run.gradOpacities : zip(run.gradOpacities, scene.opacities).map { $0 * $1 * (1 - $1) }
    try check(golden, form, "grad_opacity_logits", logits)
    guard form != .direct else { return try check(golden, form, "grad_colors", run.gradColors) }
    // A colour that is given does not depend on the view direction, harmonics do.
    try check(golden, form, "grad_means", run.gradMeans)
    let k = (config.sh_degree + 1) * (config.sh_degree + 1)
    let sh = scene.shRest.isEmpty ? run.gradColors : Self.joined(run.gradColors, run.gradSHRest, k)
    try check(golden, form, "grad_sh", sh)
    if golden.manifest.arrays.contains(where: { $0.name == "grad_viewmat" }) {
      try check(golden, form, "grad_viewmat", run.gradView.map { Float($0) })
    }
    // The background gets what the transmittance lets through.
    let weights = try golden.values("W1")
    let expected = (0..<3).map { channel in
      run.alpha.indices.reduce(0.0) {
        $0 + Double(weights[3 * $1 + channel]) * Double(1 - run.alpha[$1])
      }
    }
    #expect(zip(run.gradBackground, expected).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test(arguments: cases)
  func anyNumberOfThreadsGivesTheSameBits(_ golden: GoldenCase) throws {
    var scene = try Self.scene(golden, .linear)
    let gradient = CScene.ImageGradient(
      color: try golden.values("W1"), alpha: try golden.values("W2"),
      depth: try golden.values("W2"))
    scene.threads = 1
    let one = try scene.run(gradient)
    for threads in [2, 5] as [Int32] {
      scene.threads = threads
      #expect(try scene.run(gradient) == one)
    }
  }

  private func check(
    _ golden: GoldenCase, _ form: Form, _ name: String, _ values: [Float],
    where isCounted: (Int) -> Bool = { _ in true }
  ) throws {
    let reference = try golden.values(name)
    try #require(reference.count == values.count)
    let difference = Difference(values, reference, where: isCounted)
    let tolerance = try #require(golden.tolerance(name))
    print("golden \(golden) \(name) through C, \(form): \(difference)")
    #expect(difference.isWithin(tolerance), "\(golden) \(name), \(form): \(difference)")
  }

  /// The constant harmonics and the others of each Gaussian, one after another.
  private static func joined(_ constant: [Float], _ rest: [Float], _ k: Int) -> [Float] {
    let width = 3 * (k - 1)
    var all: [Float] = []
    for index in 0..<constant.count / 3 {
      all += constant[3 * index..<3 * index + 3]
      all += rest[width * index..<width * (index + 1)]
    }
    return all
  }

  static func scene(_ golden: GoldenCase, _ form: Form) throws -> CScene {
    let config = try #require(golden.manifest.config)
    var scene = CScene()
    scene.means = try golden.values("means")
    scene.quaternions = try golden.values("quats")
    scene.scales = try golden.values("log_scales")
    scene.opacities = try golden.values("opacity_logits")
    scene.colors = try golden.values("sh")
    scene.shDegree = Int32(config.sh_degree)
    if form != .stored {
      scene.flags = SPLAT_LINEAR_SCALES | SPLAT_LINEAR_OPACITIES
      scene.scales = scene.scales.map { Float(Double.exp(Double($0))) }
      scene.opacities = scene.opacities.map { Float(1 / (1 + Double.exp(-Double($0)))) }
    }
    let k = (config.sh_degree + 1) * (config.sh_degree + 1)
    if form == .linear, k > 1 {
      let all = scene.colors
      scene.colors = (0..<scene.count).flatMap { all[3 * k * $0..<3 * k * $0 + 3] }
      scene.shRest = (0..<scene.count).flatMap { all[3 * k * $0 + 3..<3 * k * ($0 + 1)] }
    }
    if form == .direct {
      scene.shDegree = SPLAT_DIRECT_COLORS
      scene.colors = try golden.values("colors")
    }
    scene.camera = try camera(golden, config)
    unsafe _ = splat_render_options_init(&scene.options)
    scene.options.flags = config.antialiased ? SPLAT_ANTIALIASED : 0
    scene.options.background = (config.background[0], config.background[1], config.background[2])
    (scene.options.near_plane, scene.options.far_plane) = (config.near, config.far)
    scene.options.maximum_alpha = config.alpha_max
    scene.options.alpha_threshold = config.alpha_min
    scene.options.transmittance_threshold = config.transmittance_min
    return scene
  }

  private static func camera(
    _ golden: GoldenCase, _ config: GoldenCase.Config
  ) throws -> splat_camera {
    let v = try golden.values("viewmat").map(Double.init)
    return splat_camera(
      struct_size: MemoryLayout<splat_camera>.size, width: Int32(config.width),
      height: Int32(config.height), fx: config.fx, fy: config.fy, cx: config.cx, cy: config.cy,
      view_matrix: (
        v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13],
        v[14], v[15]
      ))
  }
}

import SplatCore
import SplatRendering
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct RobustnessTests {
  /// One Gaussian before a camera at the origin that looks along +z.
  private func wall(opacity: Float, logScale: Float = 3) -> Splats {
    var splats = Splats(count: 1, shDegree: 0)
    splats[0] = Splat(
      mean: SIMD3(0, 0, 2), logScale: SIMD3(repeating: logScale),
      rotation: Quaternion(w: 1, x: 0, y: 0, z: 0),
      opacityLogit: Float.log(opacity / (1 - opacity)), shCoefficients: [.zero])
    return splats
  }

  private let camera = Camera(width: 24, height: 16, focalLength: SIMD2(24, 24))

  private func view(_ photo: Photo) -> TrainingView {
    TrainingView(name: "view", camera: camera, photo: photo)
  }

  /// Measures a view of `splats`.
  private func measure(_ view: TrainingView, splats: Splats) -> ViewRobustness {
    let settings = RenderSettings()
    return RobustnessMeter(settings: settings).measure(
      view, frame: Renderer(settings: settings).render(splats, from: view.camera), splats: splats)
  }

  private func grey(alpha: UInt8? = nil) -> Photo {
    Photo(
      width: 24, height: 16, channels: alpha == nil ? 3 : 4,
      bytes: (0..<24 * 16).flatMap { _ in [128, 128, 128] + (alpha.map { [$0] } ?? []) })
  }

  @Test func aWallThatIsHalfTransparentIsSeenThrough() {
    let value = measure(view(grey()), splats: wall(opacity: 0.5))
    #expect(abs(value.seeThrough - 0.5) < 0.01)
    // Half of the grey of 0.5 over white is 0.75: off by 0.25, which is 12 dB.
    #expect(abs(value.otherBackgroundPSNR - 12.04) < 0.2)
  }

  @Test func whatThePhotoShowsAsTransparentDoesNotCount() {
    let value = measure(view(grey(alpha: 0)), splats: wall(opacity: 0.5))
    #expect(value.seeThrough == 0)
  }

  @Test func aMaskLeavesPixelsOut() {
    var half = view(grey())
    half.mask = (0..<24 * 16).map { $0 % 24 < 12 ? 1 : 0 }
    var splats = Splats(count: 1, shDegree: 0)
    // Seen in the right half alone.
    splats[0] = wall(opacity: 0.5, logScale: -3)[0]
    splats[0].mean.x = 0.6
    let value = measure(half, splats: splats)
    #expect(value.seeThrough > 0.99)
  }

  @Test func whiteIsTheSecondBackgroundOfDarkOnesAlone() {
    var settings = RenderSettings()
    settings.background = SIMD3(1, 1, 0)
    #expect(RobustnessMeter(settings: settings).otherBackground == .zero)
    settings.background = SIMD3(0.4, 0.4, 0.4)
    #expect(RobustnessMeter(settings: settings).otherBackground == .one)
    #expect(RobustnessMeter(settings: RenderSettings()).otherBackground == .one)
  }

  @Test func gaussiansBelowAPixelChangeWithTheSize() {
    let smooth = measure(view(grey()), splats: wall(opacity: 0.9, logScale: 0))
    let tiny = measure(view(grey()), splats: wall(opacity: 0.9, logScale: -5))
    #expect(smooth.doubleSizePSNR > 50)
    #expect(tiny.doubleSizePSNR < smooth.doubleSizePSNR - 10)
  }

  @Test func sizesThatAreOddAreMeasured() {
    let camera = Camera(width: 7, height: 1, focalLength: SIMD2(7, 7))
    let photo = Photo(
      width: 7, height: 1, channels: 3, bytes: [UInt8](repeating: 128, count: 21))
    let view = TrainingView(name: "thin", camera: camera, photo: photo)
    let value = measure(view, splats: wall(opacity: 0.9))
    #expect(value.halfSizePSNR.isFinite && value.doubleSizePSNR > 40)
  }

  @Test(arguments: [(3, 0), (4, 1)])
  func pixelsAreCoveredThatMoreThanThreeCamerasSee(count: Int, expected: UInt8) {
    let splats = wall(opacity: 0.95, logScale: -1)
    let coverage = ViewCoverage(
      [Camera](repeating: camera, count: count), splats: splats, settings: RenderSettings())
    var settings = RenderSettings()
    settings.includesDepth = true
    let frame = Renderer(settings: settings).render(splats, from: camera)
    #expect(coverage.mask(of: frame, from: camera)[8 * 24 + 12] == expected)
  }

  @Test func camerasBehindAWallSeeNothing() {
    // The wall hides the Gaussian behind it from the cameras, but not from the one between them.
    var splats = Splats(count: 2, shDegree: 0)
    splats[0] = wall(opacity: 0.99, logScale: -1)[0]
    splats[1] = wall(opacity: 0.99, logScale: -1)[0]
    splats[1].mean.z = 8
    var between = camera
    between.viewMatrix.translation.z = -5
    var settings = RenderSettings()
    settings.includesDepth = true
    let frame = Renderer(settings: settings).render(splats, from: between)
    let hidden = ViewCoverage(
      [Camera](repeating: camera, count: 5), splats: splats, settings: settings)
    #expect(hidden.mask(of: frame, from: between)[8 * 24 + 12] == 0)
    let open = ViewCoverage(
      [Camera](repeating: between, count: 5), splats: splats, settings: settings)
    #expect(open.mask(of: frame, from: between)[8 * 24 + 12] == 1)
  }

  @Test func aBorderIsLeftOut() {
    let inside = view(grey()).insideBorder(8)
    #expect(inside.mask?.allSatisfy { $0 == 0 } == true)
    let one = view(grey()).insideBorder(7).insideBorder(2)
    #expect(one.mask?.reduce(0) { $0 + Int($1) } == 10 * 2)
  }

  @Test func needlesAndFaintGaussiansAreCounted() {
    var splats = Splats(count: 4, shDegree: 0)
    let scales: [SIMD3<Float>] = [
      SIMD3(1, 0.02, 0.02), SIMD3(1, 0.9, 0.001), SIMD3(0.02, 1, 0.03), SIMD3(0.02, 1, 0.05),
    ]
    for (index, scale) in scales.enumerated() {
      splats[index] = wall(opacity: index == 2 ? 0.04 : 0.06)[0]
      splats[index].logScale = SIMD3(
        Float.log(scale.x), Float.log(scale.y), Float.log(scale.z))
    }
    let shapes = SplatShapes(splats)
    #expect(shapes.needles == 0.5)
    #expect(shapes.faint == 0.25)
    #expect(SplatShapes(Splats(count: 0, shDegree: 0)).needles == 0)
  }
}

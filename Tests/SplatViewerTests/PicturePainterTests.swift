import Foundation
import SplatCore
import SplatRendering
import SplatTestSupport
import SplatViewer
import Testing

@Suite struct PicturePainterTests {
  private let splats = SyntheticScene.splats(count: 80, seed: 4)
  private let camera = SyntheticScene.cameras(count: 4, width: 70, height: 40)[1]

  private func paint(_ change: (inout PictureStyle) -> Void = { _ in }, of splats: Splats? = nil)
    -> Photo
  {
    var style = PictureStyle()
    change(&style)
    return PicturePainter(threads: 2).paint(
      splats ?? self.splats, revision: 0, from: camera, style: style
    ).photo
  }

  private func mean(_ photo: Photo) -> Double {
    photo.bytes.reduce(0) { $0 + Double($1) } / Double(photo.bytes.count)
  }

  @Test func coloursAreTheRenderersOwn() {
    var settings = RenderSettings()
    settings.background = SIMD3(0.25, 0.5, 0.75)
    settings.maximumSHDegree = 0
    settings.nearPlane = 2.5
    settings.isAntialiased = true
    let frame = Renderer(settings: settings).render(splats, from: camera)
    let photo = paint { style in
      style.background = SIMD3(0.25, 0.5, 0.75)
      style.shDegree = 0
      style.nearPlane = 2.5
      style.isAntialiased = true
    }
    #expect(photo.bytes == frame.rgb8)
    #expect(photo != paint())
  }

  @Test func aStyleLeavesNothingForTheNextOne() {
    let painter = PicturePainter(threads: 1)
    var styles = PictureStyle.View.allCases.map { view in
      var style = PictureStyle()
      style.view = view
      return style
    }
    styles[2].splatScale = 2
    let first = styles.map { painter.paint(splats, revision: 0, from: camera, style: $0).photo }
    let again = styles.reversed().map {
      painter.paint(splats, revision: 0, from: camera, style: $0).photo
    }
    #expect(first == again.reversed())
  }

  @Test func aChangedModelIsAdjustedAnew() {
    let painter = PicturePainter(threads: 1)
    var style = PictureStyle()
    style.splatScale = 0.5
    _ = painter.paint(splats, revision: 0, from: camera, style: style)
    let other = SyntheticScene.splats(count: 80, seed: 6)
    let photo = painter.paint(other, revision: 1, from: camera, style: style).photo
    #expect(
      photo
        == PicturePainter(threads: 1).paint(other, revision: 0, from: camera, style: style).photo)
  }

  @Test func scaleAndOpacityActLikeAnotherModel() {
    var other = splats
    for index in 0..<splats.count {
      var splat = splats[index]
      splat.logScale += SIMD3(repeating: logf(0.5))
      if 1 / (1 + expf(-splat.opacityLogit)) < 0.7 { splat.opacityLogit = -30 }
      other[index] = splat
    }
    let photo = paint { style in
      style.splatScale = 0.5
      style.minimumOpacity = 0.7
    }
    #expect(photo == paint(of: other))
    #expect(photo != paint())
  }

  @Test func noOpacityIsLeftAboveOne() {
    let photo = paint { $0.minimumOpacity = 1 }
    #expect(photo.bytes.allSatisfy { $0 == 0 })
  }

  @Test func alphaIsGrey() {
    let frame = Renderer().render(splats, from: camera)
    let photo = paint { $0.view = .alpha }
    #expect(photo.bytes == frame.alpha.flatMap { [UInt8](repeating: Frame.byte($0), count: 3) })
  }

  @Test func theNumberOfGaussiansIsThatOfAPlainCount() {
    // The same Gaussian many times: every pixel inside has all of them, the others none.
    for count in [1, 2, 7, 300] {
      var splats = Splats(count: count, shDegree: 0)
      for index in 0..<count {
        splats[index] = Splat(
          mean: .zero, logScale: SIMD3(repeating: -1.5),
          rotation: Quaternion(w: 1, x: 0, y: 0, z: 0),
          opacityLogit: 2, shCoefficients: [.zero])
      }
      let counts = PicturePainter(threads: 1).counts(splats, from: camera)
      let inside = counts.filter { $0 > 0.5 }
      #expect(inside.count > 100 && inside.count < counts.count)
      #expect(inside.allSatisfy { abs($0 - Float(count)) < 0.01 * Float(count) + 0.01 })
      #expect(counts.allSatisfy { $0 > 0.5 || abs($0) < 0.01 })
    }
  }

  /// Two Gaussians in front of a camera at (3, 0, 0) with a focal length of 40 pixels.
  private func paintPair(
    _ view: PictureStyle.View, means: [SIMD3<Float>], logScale: Float, opacityLogit: Float,
    colors: [SIMD3<Float>]
  ) -> Photo {
    var splats = Splats(count: 2, shDegree: 0)
    for index in 0..<2 {
      splats[index] = Splat(
        mean: means[index], logScale: SIMD3(repeating: logScale),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: opacityLogit,
        shCoefficients: [(colors[index] - 0.5) / zerothHarmonic])
    }
    return PicturePainter(threads: 1).paint(
      splats, revision: 0, from: front, style: PictureStyle(view)
    ).photo
  }

  private let front = Camera.looking(
    from: SIMD3(3, 0, 0), at: .zero, up: SIMD3(0, -1, 0), width: 41, height: 41,
    focalLength: SIMD2(40, 40))

  @Test func nearEllipsoidsHideFarOnes() {
    let photo = paintPair(
      .ellipsoids, means: [.zero, SIMD3(-0.5, 0, 0)], logScale: -1.2, opacityLogit: -2,
      colors: [SIMD3(1, 0, 0), SIMD3(0, 1, 0)])
    let middle = (20 * 41 + 20) * 3
    #expect(photo.bytes[middle] > 245 && photo.bytes[middle + 1] < 10)
    #expect(Array(photo.bytes[..<3]) == [0, 0, 0])
  }

  @Test func nearGaussiansAreBrighterInDepth() {
    let means = [SIMD3<Float>(0, 0, -0.6), SIMD3(-2, 0, 0.6)]
    let photo = paintPair(
      .depth, means: means, logScale: -1.5, opacityLogit: 4,
      colors: [SIMD3(repeating: 0.5), SIMD3(repeating: 0.5)])
    let brightness = means.map { mean in
      let point = front.viewMatrix(SIMD3<Double>(mean))
      let x = Int(point.x / point.z * 40 + 20.5)
      return (0..<3).reduce(0) { $0 + Int(photo.bytes[(20 * 41 + x) * 3 + $1]) }
    }
    #expect(brightness[0] > brightness[1] + 100)
    #expect(brightness[1] > 50)
  }
}

extension PictureStyle {
  /// The default style of a view.
  fileprivate init(_ view: View) {
    self.init()
    self.view = view
  }
}

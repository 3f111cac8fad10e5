import SplatCore
import SplatFiles

/// A picture of a scene's cameras and points, from above in the left half and from the side in the
/// right one.
///
/// Points have their own colours. Cameras are pyramids that open in the direction of view, blue for
/// training and orange for testing, as the legend says. Both halves have the same scale.
struct ScenePlot {
  private let scene: Scene
  private let axes: (right: SIMD3<Double>, up: SIMD3<Double>, forward: SIMD3<Double>)
  private let low: SIMD3<Double>
  private let high: SIMD3<Double>

  /// The width and height of each half, in pixels.
  static let side = 800
  /// The free pixels around the drawing.
  private static let margin = 40.0
  /// The extent of the plot relative to that of the cameras and points.
  private static let extentFactor = 1.1
  /// The share of the points at either end that the extent leaves out, as strays.
  private static let trim = 0.02
  /// The height of a camera's pyramid, in pixels, and the largest slope of its edges: those of wide
  /// lenses would cover the scene.
  private static let pyramidHeight = 26.0
  private static let largestSlope = 0.8
  private static let pointOpacity = 0.7
  private static let cameraOpacity = 0.8
  private static let dividerColor = SIMD3<Double>(repeating: 200)
  private static let textColor = SIMD3<Double>(repeating: 60)
  private static let trainColor = SIMD3<Double>(30, 90, 200)
  private static let testColor = SIMD3<Double>(230, 110, 20)

  init(_ scene: Scene) {
    self.scene = scene
    let positions = scene.points.positions.map { SIMD3<Double>($0) }
    let axes = Self.axes(
      up: UpDirection.find(cameras: scene.views.map(\.camera), points: positions))
    self.axes = axes
    func projected(_ point: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(point.dot(axes.right), point.dot(axes.up), point.dot(axes.forward))
    }
    // Cameras far from all others would make all else tiny.
    let centers = scene.views.map(\.camera.center)
    let outliers = CameraSpread(centers: centers, points: scene.points.positions).outliers
    let cameras = centers.indices.filter { !outliers.contains($0) }.map { projected(centers[$0]) }
    let points = positions.map(projected)
    var low = SIMD3<Double>(repeating: .infinity)
    var high = SIMD3<Double>(repeating: -.infinity)
    for axis in 0..<3 {
      // A few far points must not make all others tiny.
      let sorted = points.map { $0[axis] }.sorted()
      let cut = Int(Double(sorted.count) * Self.trim)
      let range = sorted.dropFirst(cut).dropLast(cut)
      let values = [range.first, range.last].compactMap { $0 } + cameras.map { $0[axis] }
      low[axis] = values.min() ?? -1
      high[axis] = values.max() ?? 1
    }
    self.low = low
    self.high = high
  }

  /// The picture.
  var photo: Photo {
    var canvas = Canvas(width: Self.side * 2, height: Self.side)
    canvas.line(
      SIMD2(Double(Self.side), 0), SIMD2(Double(Self.side), Double(Self.side)),
      Self.dividerColor, 1)
    for (half, vertical) in [2, 1].enumerated() {
      for (position, color) in zip(scene.points.positions, scene.points.colors) {
        let pixel = pixel(of: SIMD3<Double>(position), half: half, vertical: vertical)
        guard isInside(pixel, half: half) else { continue }
        canvas.dot(pixel, SIMD3<Double>(color), Self.pointOpacity)
      }
      for view in scene.views {
        let color = view.isTest ? Self.testColor : Self.trainColor
        let lines = pyramid(view.camera)
        for (a, b) in lines {
          let from = pixel(of: a, half: half, vertical: vertical)
          let to = pixel(of: b, half: half, vertical: vertical)
          guard isInside(from, half: half), isInside(to, half: half) else { continue }
          canvas.line(from, to, color, Self.cameraOpacity)
        }
      }
    }
    drawLegend(on: &canvas)
    return canvas.photo
  }

  /// Says what is seen from where, and what the colours of cameras stand for.
  private func drawLegend(on canvas: inout Canvas) {
    let (left, line) = (12.0, 22.0)
    let right = left + Double(Self.side)
    canvas.write("FROM ABOVE", at: SIMD2(left, left), Self.textColor)
    canvas.write("FROM THE SIDE", at: SIMD2(right, left), Self.textColor)
    let rows = [("TRAINING CAMERAS", Self.trainColor), ("TEST CAMERAS", Self.testColor)]
    let shown = scene.testViews.isEmpty ? rows.dropLast() : rows[...]
    for (index, (text, color)) in shown.enumerated() {
      let top = Double(Self.side) - left - line * Double(shown.count - index)
      canvas.write(text, at: SIMD2(left, top), color)
    }
  }

  /// The pixels for a unit of the scene.
  private var scale: Double {
    let size = max((high - low).max(), 1e-12)
    return (Double(Self.side) - 2 * Self.margin) / (size * Self.extentFactor)
  }

  /// The pixel of a point: the first axis points right, the axis `vertical` up.
  private func pixel(of point: SIMD3<Double>, half: Int, vertical: Int) -> SIMD2<Double> {
    let projected = SIMD3(point.dot(axes.right), point.dot(axes.up), point.dot(axes.forward))
    let offset = (projected - (low + high) / 2) * scale
    let middle = Double(Self.side) / 2
    return SIMD2(middle + offset.x + Double(half * Self.side), middle - offset[vertical])
  }

  private func isInside(_ pixel: SIMD2<Double>, half: Int) -> Bool {
    let left = Double(half * Self.side)
    return pixel.x >= left + 2 && pixel.x < left + Double(Self.side) - 2 && pixel.y >= 2
      && pixel.y < Double(Self.side) - 2
  }

  /// The edges of a camera's pyramid.
  private func pyramid(_ camera: Camera) -> [(SIMD3<Double>, SIMD3<Double>)] {
    let worldFromCamera = camera.viewMatrix.inverse
    let depth = Self.pyramidHeight / scale
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map { u, v in
      let pixel = SIMD2(u * Double(camera.width), v * Double(camera.height))
      let direction = (pixel - camera.principalPoint) / camera.focalLength
      let slope = (direction * direction).sum().squareRoot()
      let limited = direction * min(1, Self.largestSlope / max(slope, 1e-9))
      return worldFromCamera(SIMD3(limited.x * depth, limited.y * depth, depth))
    }
    return (0..<4).flatMap { [(camera.center, corners[$0]), (corners[$0], corners[($0 + 1) % 4])] }
  }

  /// The axes of the plot around `up`.
  private static func axes(up: SIMD3<Double>) -> (
    right: SIMD3<Double>, up: SIMD3<Double>, forward: SIMD3<Double>
  ) {
    // The most horizontal of the world's own axes points right; of those alike, but for rounding,
    // the first.
    let choices = [SIMD3<Double>(1, 0, 0), SIMD3(0, 0, 1), SIMD3(0, 1, 0)]
    func slope(_ axis: SIMD3<Double>) -> Double { (abs(axis.dot(up)) * 1000).rounded() }
    let flattest = choices.min { slope($0) < slope($1) } ?? choices[0]
    let right = flattest.across(up).normalized ?? up.anyNormal
    return (right, up, up.cross(right))
  }
}

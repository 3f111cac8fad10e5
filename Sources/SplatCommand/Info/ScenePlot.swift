import SplatCore
import SplatFiles

/// A picture of a scene's cameras and points, from above on the left and from the side on the right.
///
/// Points have their colours; cameras are pyramids that open to where they look, blue for training and
/// orange for testing. Both halves have the same scale.
struct ScenePlot {
  private let scene: Scene
  private let axes: (right: SIMD3<Double>, up: SIMD3<Double>, forward: SIMD3<Double>)
  private let low: SIMD3<Double>
  private let high: SIMD3<Double>

  /// The pixels of a half, a side.
  static let side = 800
  private static let margin = 40.0
  private static let trainColor = SIMD3<Double>(30, 90, 200)
  private static let testColor = SIMD3<Double>(230, 110, 20)

  init(_ scene: Scene) {
    self.scene = scene
    axes = Self.axes(of: scene.views.map(\.camera))
    let axes = axes
    func seen(_ point: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(
        Self.dot(point, axes.right), Self.dot(point, axes.up), Self.dot(point, axes.forward))
    }
    let cameras = scene.views.map { seen($0.camera.center) }
    let points = scene.points.positions.map { seen(SIMD3<Double>($0)) }
    var low = SIMD3<Double>(repeating: .infinity)
    var high = SIMD3<Double>(repeating: -.infinity)
    for axis in 0..<3 {
      // A few far points must not make everything else small.
      let sorted = points.map { $0[axis] }.sorted()
      let cut = sorted.count / 50
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
      SIMD3(repeating: 200), 1)
    for (half, vertical) in [2, 1].enumerated() {
      for (position, color) in zip(scene.points.positions, scene.points.colors) {
        let place = place(SIMD3<Double>(position), half: half, vertical: vertical)
        guard isInside(place, half: half) else { continue }
        canvas.dot(place, SIMD3<Double>(color), 0.7)
      }
      for view in scene.views {
        let color = view.isTest ? Self.testColor : Self.trainColor
        let lines = pyramid(view.camera)
        for (a, b) in lines {
          let from = place(a, half: half, vertical: vertical)
          let to = place(b, half: half, vertical: vertical)
          guard isInside(from, half: half), isInside(to, half: half) else { continue }
          canvas.line(from, to, color, 0.8)
        }
      }
    }
    return canvas.photo
  }

  /// The pixels of the plot that a unit of the scene takes, and the point in the middle.
  private var scale: Double {
    let size = max((high - low).max(), 1e-12)
    return (Double(Self.side) - 2 * Self.margin) / (size * 1.1)
  }

  /// Where a point is drawn: to the right by the first axis, upwards by the axis `vertical`.
  private func place(_ point: SIMD3<Double>, half: Int, vertical: Int) -> SIMD2<Double> {
    let seen = SIMD3(
      Self.dot(point, axes.right), Self.dot(point, axes.up), Self.dot(point, axes.forward))
    let offset = (seen - (low + high) / 2) * scale
    let middle = Double(Self.side) / 2
    return SIMD2(middle + offset.x + Double(half * Self.side), middle - offset[vertical])
  }

  private func isInside(_ place: SIMD2<Double>, half: Int) -> Bool {
    let left = Double(half * Self.side)
    return place.x >= left + 2 && place.x < left + Double(Self.side) - 2 && place.y >= 2
      && place.y < Double(Self.side) - 2
  }

  /// The edges of a camera's pyramid.
  private func pyramid(_ camera: Camera) -> [(SIMD3<Double>, SIMD3<Double>)] {
    let back = camera.viewMatrix.inverse
    let depth = 26 / scale
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map { u, v in
      let pixel = SIMD2(u * Double(camera.width), v * Double(camera.height))
      let direction = (pixel - camera.principalPoint) / camera.focalLength
      // Wide lenses would draw pyramids over the whole scene.
      let length = (direction * direction).sum().squareRoot()
      let held = direction * min(1, 0.8 / max(length, 1e-9))
      return back(SIMD3(held.x * depth, held.y * depth, depth))
    }
    return (0..<4).flatMap { [(camera.center, corners[$0]), (corners[$0], corners[($0 + 1) % 4])] }
  }

  /// Axes of the world: up is against what the cameras have down, on average.
  private static func axes(of cameras: [Camera]) -> (
    right: SIMD3<Double>, up: SIMD3<Double>, forward: SIMD3<Double>
  ) {
    let sum = cameras.reduce(SIMD3<Double>.zero) { sum, camera in
      let down = camera.viewMatrix.rotation.row1
      return sum - SIMD3(down.x, down.y, down.z)
    }
    let up = normalized(sum) ?? SIMD3(0, -1, 0)
    // Of the world's own axes the one that lies flattest goes to the right.
    let choices = [SIMD3<Double>(1, 0, 0), SIMD3(0, 0, 1), SIMD3(0, 1, 0)]
    let flattest = choices.min { abs(dot($0, up)) < abs(dot($1, up)) } ?? choices[0]
    let right = normalized(flattest - up * dot(flattest, up)) ?? SIMD3(1, 0, 0)
    let forward = SIMD3(
      up.y * right.z - up.z * right.y, up.z * right.x - up.x * right.z,
      up.x * right.y - up.y * right.x)
    return (right, up, forward)
  }

  private static func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

  private static func normalized(_ vector: SIMD3<Double>) -> SIMD3<Double>? {
    let length = dot(vector, vector).squareRoot()
    return length > 1e-9 ? vector / length : nil
  }
}

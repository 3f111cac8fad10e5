package import SplatCore
import SplatRendering

/// A photo as the model is compared with it: with its refined camera and its exposure.
struct FittedView {
  var view: TrainingView
  /// Nil if exposures are not learnt.
  var exposure: Exposure?

  /// The settings that draw the model so that the photo's exposure turns the background into that
  /// of `settings`.
  func drawn(with settings: RenderSettings) -> RenderSettings {
    guard let exposure else { return settings }
    var result = settings
    result.background = exposure.before(settings.background)
    return result
  }
}

/// How the parameters of photos act on them and how they are learnt.
package struct PhotoFit: Sendable {
  private let settings: TrainingSettings
  /// The cameras before they are refined.
  private let cameras: [Camera]
  /// For each photo, the first one with the same camera, whose vignetting it shares.
  private let lenses: [Int]
  /// The distance from each camera to what it sees, in world units.
  private let distances: [Double]
  /// Whether the model's colours follow what all exposures have in common, which is taken out.
  private let holdsExposure: Bool
  /// What takes out the motion that all cameras have in common, which the model follows; nil if the
  /// model stays where it is.
  private let commonMotion: CommonMotion?

  /// - Parameters:
  ///   - points: What the cameras see.
  ///   - extent: The size of the scene, which is a camera's distance if it sees no point.
  package init(
    cameras: [Camera], points: [SIMD3<Float>], extent: Float, settings: TrainingSettings
  ) {
    self.settings = settings
    self.cameras = cameras
    lenses =
      settings.appearance.kind == .exposure
      ? cameras.map { camera in cameras.firstIndex { $0.hasLens(of: camera) } ?? 0 } : []
    holdsExposure = !settings.frozen.groups.contains(.colors)
    guard settings.poses.kind == .refine else {
      distances = []
      commonMotion = nil
      return
    }
    let stride = max(1, points.count / Self.pointsForDistance)
    let sample = Swift.stride(from: 0, to: points.count, by: stride).map {
      SIMD3<Double>(points[$0])
    }
    let distances = cameras.map { $0.medianDepth(of: sample) ?? Double(extent) }
    self.distances = distances
    commonMotion =
      settings.frozen.groups.contains(.means)
      ? nil : CommonMotion(cameras: cameras, distances: distances)
  }

  /// About the largest number of points that a camera's distance is found from.
  private static let pointsForDistance = 2000

  /// Whether the gradient of the camera is needed.
  var refinesPoses: Bool { settings.poses.kind == .refine }

  /// The photo at `index`, whose camera has been resized with it, as the model is compared with it.
  func fitted(_ view: TrainingView, _ index: Int, _ parameters: PhotoParameters) -> FittedView {
    var result = FittedView(view: view)
    if let values = parameters.values(ofPhoto: index, .exposure) {
      let coefficients = parameters.values(ofPhoto: lenses[index], .vignetting)
      result.exposure = Exposure(
        logGains: SIMD3(values),
        vignetting: coefficients.map {
          Vignetting(coefficients: SIMD3($0), camera: view.camera)
        })
    }
    result.view.camera = fitted(view.camera, index, parameters)
    return result
  }

  /// The camera of the photo at `index`, which has been resized with it, where it is refined to.
  func fitted(_ camera: Camera, _ index: Int, _ parameters: PhotoParameters) -> Camera {
    var result = camera
    result.viewMatrix = viewMatrix(index, parameters)
    return result
  }

  /// The refined view matrix of a camera.
  func viewMatrix(_ index: Int, _ parameters: PhotoParameters) -> RigidTransform {
    let view = cameras[index].viewMatrix
    guard let values = parameters.values(ofPhoto: index, .pose) else { return view }
    return PoseCorrection(values).moved(view, distance: distances[index])
  }

  /// Takes a step with the parameters of a photo.
  ///
  /// - Parameters:
  ///   - exposure: The gradient of the exposure, if exposures are learnt.
  ///   - camera: The gradient of the refined camera.
  ///   - progress: The share of the run that is done.
  func step(
    _ parameters: inout PhotoParameters, photo: Int, exposure: Exposure.Gradient?,
    camera: CameraGradient, progress: Double
  ) {
    let appearance = settings.appearance
    if let exposure, let values = parameters.values(ofPhoto: photo, .exposure) {
      let rate = appearance.rate(at: progress)
      let pull = SIMD3(values) * (2 * appearance.weight)
      let logGains = exposure.logGains + pull
      parameters.step(
        photo: photo,
        PhotoParameters.Step(
          .exposure, gradient: [logGains.x, logGains.y, logGains.z], rate: rate),
        settings: settings.adam)
      let vignetting = (0..<3).map { exposure.vignetting[$0] }
      parameters.step(
        photo: lenses[photo],
        PhotoParameters.Step(
          .vignetting, gradient: vignetting, rate: rate * appearance.vignettingShare),
        settings: settings.adam)
    }
    if let values = parameters.values(ofPhoto: photo, .pose) {
      let gradient = PoseCorrection(values).backward(
        cameras[photo].viewMatrix, distance: distances[photo], grad: camera)
      let focalLength = Float(cameras[photo].focalLength.sum() / 2)
      parameters.step(
        photo: photo,
        PhotoParameters.Step(
          .pose,
          gradient: zip(gradient.values, values).map {
            $0 + settings.poses.pull(focalLength * $1) * focalLength
          },
          rate: settings.poses.rate(at: progress) / focalLength),
        settings: settings.adam)
    }
    if holdsExposure { parameters.center(.exposure) }
    commonMotion?.remove(from: &parameters)
  }
}

extension AppearanceSettings {
  /// Chooses what ``AppearanceKind/auto`` stands for, and returns the logarithms of the gains that
  /// photos start from: what their cameras say or else, unless all do, what `points` show.
  package mutating func settle(
    _ photos: TrainingPhotos, points: [SIMD3<Float>], workers: Workers
  ) -> [SIMD3<Float>] {
    guard kind != .none else { return photos.stops.map { _ in .zero } }
    var logGains = Exposure.initialLogGains(stops: photos.stops).map {
      SIMD3<Float>(repeating: $0)
    }
    var spread: Float? = nil
    if photos.stops.allSatisfy({ $0 != nil }) {
      let gains = logGains.map(\.x)
      spread = (gains.max() ?? 0) - (gains.min() ?? 0)
    } else {
      let measured = photos.exposures(at: points, workers: workers)
      logGains = zip(measured.logGains, logGains).map { $0 ?? $1 }
      spread = measured.spread
    }
    if kind == .auto {
      let least = Exposure.logGain(ofStops: autoStops)
      kind = spread.map { $0 >= least } ?? false ? .exposure : .none
    }
    return logGains
  }

  /// The learning rate after a share `progress` of the run.
  func rate(at progress: Double) -> Float { .decayed(from: rate, to: finalRate, progress) }
}

extension PoseSettings {
  /// The learning rate after a share `progress` of the run, in pixels.
  func rate(at progress: Double) -> Float {
    let warm = warmUp > 0 ? Float(min(1, progress / warmUp)) : 1
    return warm * .decayed(from: rate, to: finalRate, progress)
  }
}

extension PoseSettings {
  /// The derivative of the cost of a motion, in pixels: weight d² for small motions and a straight
  /// line for large ones, so that it does not keep a camera from where it must go.
  func pull(_ motion: Float) -> Float {
    2 * weight * motion / (1 + abs(motion) / pullLimit)
  }
}

extension Float {
  /// A number that changes exponentially from `start` to `end` as `progress` goes from 0 to 1.
  static func decayed(from start: Float, to end: Float, _ progress: Double) -> Float {
    guard start > 0, end > 0 else { return start }
    let u = min(max(progress, 0), 1)
    return Float(
      Double.exp(Double.log(Double(start)) * (1 - u) + Double.log(Double(end)) * u))
  }
}

extension PhotoParameters {
  /// Starts exposures, if they are learnt.
  mutating func setExposures(_ logGains: [SIMD3<Float>]) {
    guard kinds.contains(.exposure) else { return }
    for (photo, gains) in logGains.enumerated() {
      set(photo: photo, .exposure, to: [gains.x, gains.y, gains.z])
    }
  }
}

extension Camera {
  /// Whether another camera has the same lens and sensor, as far as is known.
  fileprivate func hasLens(of other: Camera) -> Bool {
    width == other.width && height == other.height && focalLength == other.focalLength
      && principalPoint == other.principalPoint
  }

  /// The median depth of the points that the image shows; nil if it shows none.
  fileprivate func medianDepth(of points: [SIMD3<Double>]) -> Double? {
    let depths = points.compactMap { point -> Double? in
      let p = viewMatrix(point)
      guard p.z > 0 else { return nil }
      let pixel = focalLength * SIMD2(p.x, p.y) / p.z + principalPoint
      let isInside =
        pixel.x >= 0 && pixel.y >= 0 && pixel.x < Double(width) && pixel.y < Double(height)
      return isInside ? p.z : nil
    }.sorted()
    return depths.isEmpty ? nil : depths[depths.count / 2]
  }
}

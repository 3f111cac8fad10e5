package import SplatCore
import SplatRendering

/// A photo as the model is compared with it: with its refined camera and its appearance.
struct FittedView {
  var view: TrainingView
  /// Nil if none is learnt.
  var appearance: Appearance?

  /// The settings that draw the model so that the photo's appearance turns the background into that
  /// of `settings`.
  func drawn(with settings: RenderSettings) -> RenderSettings {
    guard let appearance else { return settings }
    var result = settings
    result.background = appearance.before(settings.background)
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
      settings.appearance.kind.includesExposure
      ? cameras.map { camera in cameras.firstIndex { $0.hasLens(of: camera) } ?? 0 } : []
    holdsExposure = !settings.frozen.groups.contains(.colors)
    guard settings.poses.kind == .refine else {
      distances = []
      commonMotion = nil
      return
    }
    let stride = max(1, points.count / Self.pointsForDistance)
    let sample = Swift.stride(from: 0, to: points.count, by: stride).map { points[$0] }
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
    var result = FittedView(
      view: view, appearance: appearance(index, camera: view.camera, parameters))
    result.view.camera = fitted(view.camera, index, parameters)
    return result
  }

  /// What turns the model's light into that of the photo at `index`, whose camera has been resized
  /// with it; nil if that is not learnt.
  func appearance(_ index: Int, camera: Camera, _ parameters: PhotoParameters) -> Appearance? {
    guard let logGains = parameters.values(ofPhoto: index, .exposure) else { return nil }
    let vignetting = parameters.values(ofPhoto: lenses[index], .vignetting).map {
      Vignetting(coefficients: SIMD3($0), camera: camera)
    }
    let grid = settings.appearance.gridSize.flatMap { size in
      parameters.values(ofPhoto: index, .grid(size)).map { BilateralGrid($0, size: size) }
    }
    return Appearance(
      exposure: Exposure(logGains: SIMD3(logGains), vignetting: vignetting), grid: grid)
  }

  /// How many numbers the gradient of a photo's grid has; 0 if there is none.
  var gridCount: Int { settings.appearance.gridSize?.count ?? 0 }

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
  ///   - appearance: The gradient of the appearance, if it is learnt.
  ///   - camera: The gradient of the refined camera.
  ///   - progress: The share of the run that is done.
  func step(
    _ parameters: inout PhotoParameters, photo: Int, appearance: Appearance.Gradient?,
    camera: CameraGradient, progress: Double
  ) {
    if let appearance { step(&parameters, photo: photo, appearance, progress: progress) }
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

  /// Takes a step with the parameters of a photo's appearance.
  private func step(
    _ parameters: inout PhotoParameters, photo: Int, _ gradient: Appearance.Gradient,
    progress: Double
  ) {
    let appearance = settings.appearance
    let rate = appearance.rate(at: progress)
    if let values = parameters.values(ofPhoto: photo, .exposure) {
      let logGains = gradient.exposure.logGains + SIMD3(values) * (2 * appearance.weight)
      parameters.step(
        photo: photo,
        PhotoParameters.Step(
          .exposure, gradient: [logGains.x, logGains.y, logGains.z], rate: rate),
        settings: settings.adam)
    }
    parameters.step(
      photo: lenses[photo],
      PhotoParameters.Step(
        .vignetting, gradient: (0..<3).map { gradient.exposure.vignetting[$0] },
        rate: rate * appearance.vignettingShare),
      settings: settings.adam)
    if let size = appearance.gridSize,
      let values = parameters.values(ofPhoto: photo, .grid(size))
    {
      let penalty = BilateralGrid.penalty(
        values, size: size, variation: appearance.gridVariation, weight: appearance.gridWeight)
      parameters.step(
        photo: photo,
        PhotoParameters.Step(
          .grid(size), gradient: zip(gradient.grid, penalty.gradient).map { $0 + $1 },
          rate: appearance.gridRate(at: progress)),
        settings: settings.adam)
      // Once for all photos: there are many numbers.
      if holdsExposure, parameters.stepCount(of: .grid(size)) % cameras.count == 0 {
        parameters.center(.grid(size))
      }
    }
  }
}

extension AppearanceSettings {
  /// Chooses what ``AppearanceKind/auto`` stands for and whether vignetting is learnt, and returns
  /// the logarithms of the gains that photos start from: what their cameras say or else, unless all
  /// do, what `points` show.
  ///
  /// - Parameter areCamerasRough: Whether cameras may be off by several pixels.
  package mutating func settle(
    _ photos: TrainingPhotos, points: [SIMD3<Float>], areCamerasRough: Bool, workers: Workers
  ) -> [SIMD3<Float>] {
    guard kind != .none else { return photos.stops.map { _ in .zero } }
    var logGains = Exposure.initialLogGains(stops: photos.stops).map {
      SIMD3<Float>(repeating: $0)
    }
    var (spread, least) = (nil as Float?, autoStops)
    if photos.stops.allSatisfy({ $0 != nil }) {
      let gains = logGains.map(\.x)
      spread = (gains.max() ?? 0) - (gains.min() ?? 0)
    } else {
      let measured = photos.exposures(at: points, workers: workers)
      logGains = zip(measured.logGains, logGains).map { $0 ?? $1 }
      spread = measured.spread
      // Photos differ by chance where they are looked at some pixels beside the points.
      if areCamerasRough { least *= 1.5 }
    }
    if vignettingShare > 0, vignettingStops > 0 {
      let corners = photos.exposures(at: points, workers: workers).vignetting ?? 0
      if -corners < Exposure.logGain(ofStops: vignettingStops) {
        vignettingShare = 0
      } else if kind == .auto {
        kind = .exposure
      }
    }
    if kind == .auto {
      kind = spread.map { $0 >= Exposure.logGain(ofStops: least) } ?? false ? .exposure : .none
    }
    return logGains
  }

  /// The learning rate after a share `progress` of the run.
  func rate(at progress: Double) -> Float { .decayed(from: rate, to: finalRate, progress) }

  /// That of the grids.
  func gridRate(at progress: Double) -> Float {
    .warm(progress, over: gridWarmUp) * .decayed(from: gridRate, to: gridFinalRate, progress)
  }

  /// The size of a photo's grid; nil if grids are not learnt.
  package var gridSize: BilateralGrid.Size? {
    guard kind == .grid else { return nil }
    return BilateralGrid.Size(columns: gridWidth, rows: gridHeight, levels: gridDepth)
  }
}

extension PoseSettings {
  /// The learning rate after a share `progress` of the run, in pixels.
  func rate(at progress: Double) -> Float {
    .warm(progress, over: warmUp) * .decayed(from: rate, to: finalRate, progress)
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
  /// A factor that rises from 0 to 1 over the first `share` of the run.
  static func warm(_ progress: Double, over share: Double) -> Float {
    share > 0 ? Float(min(1, progress / share)) : 1
  }

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
  fileprivate func medianDepth(of points: [SIMD3<Float>]) -> Double? {
    let depths = points.compactMap { PointVisibility.place(of: $0, index: 0, in: self)?.depth }
      .sorted()
    return depths.isEmpty ? nil : depths[depths.count / 2]
  }
}

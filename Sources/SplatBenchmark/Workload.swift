import SplatCore
import SplatFiles
import SplatPlatform

/// A model and a camera to render it from.
struct Workload {
  var name: String
  var splats: Splats
  var camera: Camera
  /// Whether the backward pass is measured too; large models need memory for the moments.
  var includesBackward = true
}

extension Workload {
  /// 100,000 Gaussians over 32 x 32 pixels: one overloaded corner.
  static func dense() -> Workload {
    var random = MersenneTwister(seed: 42)
    var splats = Splats(count: 100_000, shDegree: 0)
    for index in 0..<splats.count {
      let (x, y, z) = (random.uniform(), random.uniform(), random.uniform())
      splats[index] = Splat(
        mean: SIMD3(Float(x - 0.5), Float(y - 0.5), Float(2 + z)),
        logScale: SIMD3(repeating: Float(log(0.03))),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: Float(Logistic.inverse(0.2)),
        shCoefficients: [.zero])
    }
    let camera = Camera(width: 800, height: 800, focalLength: SIMD2(52, 52))
    return Workload(name: "dense 100k", splats: splats, camera: camera)
  }

  /// `count` Gaussians of about two pixels all over the image, each with all SH bands.
  static func spread(_ name: String, count: Int, width: Int, height: Int) -> Workload {
    let focal = 0.875 * Double(width)
    var random = RandomSource(seed: 42, purpose: .testing)
    var splats = Splats(count: count, shDegree: 3)
    func normal3(_ deviation: Float) -> SIMD3<Float> {
      SIMD3(random.normal(), random.normal(), random.normal()) * deviation
    }
    for index in 0..<count {
      let x = random.uniform() * Float(width) - Float(width) / 2
      let y = random.uniform() * Float(height) - Float(height) / 2
      let depth = 2 + 8 * random.uniform()
      let pixel = depth / Float(focal)
      let opacity = 0.05 + 0.9 * random.uniform()
      splats[index] = Splat(
        mean: SIMD3(x * pixel, y * pixel, depth), logScale: normal3(0.5) + log(2 * pixel),
        rotation: Quaternion(
          w: random.normal(), x: random.normal(), y: random.normal(), z: random.normal()),
        opacityLogit: Logistic.inverse(opacity),
        shCoefficients: (0..<splats.coefficientCount).map { normal3($0 == 0 ? 0.5 : 0.1) })
    }
    let camera = Camera(width: width, height: height, focalLength: SIMD2(repeating: focal))
    return Workload(name: name, splats: splats, camera: camera)
  }

  /// The same Gaussians on all sides of the camera, in Morton order, as in a scan of a real place.
  static func around(_ name: String, count: Int, width: Int, height: Int) -> Workload {
    var workload = spread(name, count: count, width: width, height: height)
    var random = RandomSource(seed: 43, purpose: .testing)
    for index in 0..<count {
      let direction = SIMD3(random.normal(), random.normal(), random.normal())
      let depth = workload.splats[index].mean.z
      workload.splats[index].mean = direction * (depth / (direction * direction).sum().squareRoot())
    }
    let parameters = workload.splats.parameters
    workload.splats.parameters = parameters.gathered(MortonOrder.of(parameters))
    workload.splats.boundClusters()
    workload.includesBackward = false
    return workload
  }

  /// The first view of a model of a real object, `model_biker` in `folder`.
  static func biker(in folder: String) throws(FileError) -> Workload {
    let model = try SplatPLY.read(path: "\(folder)/model_biker/biker.ply")
    let cameras = try CameraPath.read(path: "\(folder)/model_biker/cameras.json")
    return Workload(name: "biker", splats: model.splats, camera: cameras[0].camera)
  }
}

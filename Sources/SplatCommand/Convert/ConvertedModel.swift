import SplatCore
import SplatFiles
import SplatRendering

/// A model on its way from the input files to the output.
struct ConvertedModel {
  /// The Gaussians.
  var splats: Splats
  /// What was taken away from the world's coordinates.
  private(set) var origin: SIMD3<Double>
  /// Up, if the files say it and agree.
  private(set) var upAxis: SIMD3<Double>?
  /// From the coordinates of the inputs, less their origin, to the output's, less ``origin``.
  private(set) var transform = SimilarityTransform.identity

  /// The steps of a unit to which a direction is rounded.
  private static let upSteps = 1e9

  /// Reads the models at some paths as one; origins are brought to that of the first.
  init(_ locations: [ModelLocation]) throws {
    let parts = try locations.map { try $0.open() }
    origin = parts[0].origin
    let axes = Set(parts.map(\.upAxis))
    upAxis = axes.count == 1 ? parts[0].upAxis : nil
    guard parts.count > 1 else {
      splats = parts[0].splats
      return
    }
    if Set(parts.map(\.splats.isAntialiased)).count > 1 {
      Console.warn("only some of the models are for antialiased rendering; the merged model is not")
    }
    let first = parts[0].origin
    splats = Splats(
      merging: parts.map { part in
        part.origin == first
          ? part.splats : part.splats.transformed(by: .translation(part.origin - first))
      })
  }

  /// Makes opacities right for renderers without antialiased mode, as the cameras of the only input
  /// see the model.
  mutating func bakeAntialiasing(_ cameras: [Camera], threads: Int?) throws {
    guard splats.isAntialiased else {
      return Console.warn("--bake-antialias: the model is not meant for antialiased rendering")
    }
    guard !cameras.isEmpty else {
      throw CommandFailure(
        "--bake-antialias: the model has no cameras; a cameras.json beside it was expected",
        exitCode: CommandFailure.badData)
    }
    splats = splats.bakingAntialiasing(seenFrom: cameras, threads: threads)
  }

  /// Moves the model; an origin that is no longer far out becomes part of the positions again.
  mutating func move(by chosen: SimilarityTransform) {
    var step = chosen
    if origin != .zero {
      let moved = chosen(origin)
      origin = WorldOrigin.isFar(moved) ? moved : .zero
      step.translation = moved - origin
    }
    guard !step.isIdentity else { return }
    transform = step
    splats = splats.transformed(by: step)
    if let axis = upAxis {
      // Rounded, so that quarter turns lead from axis to axis.
      let turned = step.rotation * Vector3(axis)
      upAxis =
        (SIMD3(turned.x, turned.y, turned.z) * Self.upSteps).rounded(.toNearestOrEven)
        / Self.upSteps
    }
  }

  /// Writes the cameras of the only input beside the output, or says that there are none.
  func writeCameras(of locations: [ModelLocation], beside output: String) throws {
    guard let source = locations.compactMap(\.camerasFile).first else { return }
    let target = ModelLocation.camerasFile(besideFile: output)
    guard locations.count == 1 else {
      Console.warn("\(source) is not copied: the cameras of several models make no list of one")
      return
    }
    let cameras = locations[0].cameras().relative(to: origin).moved(by: transform)
    guard !cameras.isEmpty else { return }
    guard FilePaths.exists(target) else {
      try CameraPath.write(cameras, to: target)
      return
    }
    // The same folder, or an earlier conversion of the same model.
    let text = try CameraPath.text(cameras, path: target)
    let known = try? CameraPath.read(path: target)
    guard try known != cameras && known != CameraPath.read(Array(text.utf8), path: target) else {
      return
    }
    Console.warn("\(source) is not copied: \(target) holds other cameras")
  }
}

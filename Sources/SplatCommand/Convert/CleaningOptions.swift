import ArgumentParser
import SplatEditing

/// Which Gaussians are left out.
struct CleaningOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Keep the Gaussians within a box, given by two opposite corners.",
      valueName: "x,y,z,x,y,z"))
  var cropBox: NumberList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep the Gaussians within a sphere.", valueName: "x,y,z,radius"))
  var cropSphere: NumberList?

  @Option(
    help: ArgumentHelp("Leave out Gaussians less opaque than this, 0...1.", valueName: "opacity"))
  var pruneOpacity: Float?

  @Option(
    help: ArgumentHelp(
      "Leave out Gaussians larger than this, in the model's units.", valueName: "scale"))
  var pruneScale: Float?

  @Option(
    help: ArgumentHelp(
      """
      Leave out floaters: Gaussians whose mean distance to their 16 nearest neighbours is above \
      the mean by this many standard deviations, such as 2.
      """, valueName: "deviations"))
  var floaters: Float?

  @Option(help: ArgumentHelp("Keep this many of the most important Gaussians.", valueName: "count"))
  var maxSplats: CountArgument?

  func validate() throws {
    if let cropBox {
      let v = cropBox.values
      guard v.count == 6, v[0] <= v[3], v[1] <= v[4], v[2] <= v[5] else {
        throw ValidationError(
          "--crop-box needs six numbers: the smallest x,y,z, then the largest x,y,z.")
      }
    }
    if let cropSphere {
      guard cropSphere.values.count == 4, cropSphere.values[3] > 0 else {
        throw ValidationError("--crop-sphere needs four numbers: x,y,z and a radius above 0.")
      }
    }
    if let pruneOpacity, !(0...1).contains(pruneOpacity) {
      throw ValidationError("--prune-opacity is \(pruneOpacity); 0...1 is expected.")
    }
    if let pruneScale, !(pruneScale > 0 && pruneScale.isFinite) {
      throw ValidationError("--prune-scale is \(pruneScale); a number above 0 is expected.")
    }
    if let floaters, !(floaters > 0 && floaters.isFinite) {
      throw ValidationError("--floaters is \(floaters); a number above 0 is expected.")
    }
  }

  /// The model without the Gaussians to leave out; boxes and spheres are in the coordinates of the
  /// files, from which the model lost `origin`.
  func apply(to splats: Splats, origin: SIMD3<Double>) -> Splats {
    var splats = splats
    func place(_ v: ArraySlice<Double>) -> SIMD3<Float> {
      let v = Array(v)
      return SIMD3<Float>(SIMD3(v[0], v[1], v[2]) - origin)
    }
    if let v = cropBox?.values {
      splats = splats.cropped(to: CropBox(minimum: place(v[..<3]), maximum: place(v[3...])))
    }
    if let v = cropSphere?.values {
      splats = splats.cropped(to: CropSphere(center: place(v[..<3]), radius: Float(v[3])))
    }
    if let pruneOpacity { splats = splats.pruned(opacityBelow: pruneOpacity) }
    if let pruneScale { splats = splats.pruned(scaleAbove: pruneScale) }
    if let floaters { splats = splats.withoutFloaters(deviations: floaters) }
    if let maxSplats { splats = splats.limited(to: maxSplats.value) }
    return splats
  }
}

import ArgumentParser
import SplatEditing

/// How the model is rotated, scaled and translated.
struct MovingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Rotate around the x, then the y, then the z axis, in degrees.", valueName: "x,y,z"))
  var rotate: NumberList?

  @Option(help: ArgumentHelp("Scale the model by this factor.", valueName: "factor"))
  var scale: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Translate by this, after rotating and scaling.", valueName: "x,y,z"))
  var translate: NumberList?

  func validate() throws {
    for (name, list) in [("--rotate", rotate), ("--translate", translate)] {
      if let list, list.values.count != 3 {
        throw ValidationError("\(name) needs three numbers, x,y,z.")
      }
    }
    if let scale, !(scale > 0 && scale.isFinite) {
      throw ValidationError("--scale is \(scale); a number above 0 is expected.")
    }
  }

  /// The transform that was chosen.
  var transform: SimilarityTransform {
    var transform = SimilarityTransform.identity
    if let angles = rotate?.values { transform.rotation = Self.rotation(degrees: angles) }
    if let scale { transform.scale = scale }
    if let v = translate?.values { transform.translation = SIMD3(v[0], v[1], v[2]) }
    return transform
  }

  private static func rotation(degrees: [Double]) -> Matrix3<Double> {
    let halves = degrees.map { $0 * .pi / 360 }
    // The sine of an angle is the cosine of the angle less a quarter turn.
    let (c, s) = (halves.map { Double.cos($0) }, halves.map { Double.cos($0 - .pi / 2) })
    let x = Quaternion(w: c[0], x: s[0], y: 0, z: 0)
    let y = Quaternion(w: c[1], x: 0, y: s[1], z: 0)
    let z = Quaternion(w: c[2], x: 0, y: 0, z: s[2])
    return (z * (y * x)).rotationMatrix
  }
}

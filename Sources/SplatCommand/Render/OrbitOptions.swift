import ArgumentParser

/// What an orbit is told about its shape; the rest is found.
struct OrbitOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: """
      The axis of the world that points up: x, y, z, -x, -y, -z, or auto for what the cameras, \
      the model's file or the flattest spread of the Gaussians tell, in this order.
      """)
  var up = UpAxis.auto

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The point to look at, in world units. (default: where the cameras look, else the model's \
      middle)
      """, valueName: "x,y,z"))
  var center: NumberList?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The distance from the centre, in world units. (default: that of the cameras)",
      valueName: "distance"))
  var radius: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The angle above the horizon, -89...89 degrees. (default: that of the cameras)",
      valueName: "degrees"))
  var elevation: Double?

  /// The first option that was given.
  var given: String? {
    if up != .auto { return "--up" }
    if center != nil { return "--center" }
    if radius != nil { return "--radius" }
    return elevation != nil ? "--elevation" : nil
  }

  func validate() throws {
    if let center, center.values.count != 3 {
      throw ValidationError(
        "--center has \(Wording.count(center.values.count, "number")); X,Y,Z are expected.")
    }
    if let radius, !(radius > 0 && radius.isFinite) {
      throw ValidationError("--radius is \(radius); a distance above 0 is expected.")
    }
    if let elevation, !(abs(elevation) <= 89) {
      throw ValidationError("--elevation is \(elevation); -89...89 degrees are expected.")
    }
  }

  /// What was chosen.
  var shape: OrbitShape {
    OrbitShape(
      up: up.direction, center: center.map { SIMD3($0.values[0], $0.values[1], $0.values[2]) },
      radius: radius, elevation: elevation.map { $0 * .pi / 180 })
  }
}

package import CSplat
package import SplatCBase
import SplatRendering

/// What a picture depends on besides model and camera.
package enum RenderOptions {
  /// Fills `options` with the defaults; see `splat_render_options_init`.
  package static func initialize(
    _ options: UnsafeMutablePointer<splat_render_options>?
  ) throws(CallFailure) {
    let options = unsafe try Arguments.result(options, "options")
    let settings = RenderSettings()
    unsafe options.pointee = splat_render_options(
      struct_size: MemoryLayout<splat_render_options>.size, flags: 0, sh_degree: -1,
      background: (0, 0, 0), near_plane: settings.nearPlane, far_plane: settings.farPlane,
      eps2d: settings.filterVariance, maximum_alpha: settings.maximumAlpha,
      alpha_threshold: settings.alphaThreshold,
      transmittance_threshold: settings.transmittanceThreshold)
  }
}

extension RenderSettings {
  /// Checked `splat_render_options`; the defaults for NULL.
  init(_ pointer: UnsafePointer<splat_render_options>?) throws(CallFailure) {
    self.init()
    guard unsafe pointer != nil else { return }
    let name = "options"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_render_options())
    func number(
      _ value: Float, _ member: String, _ expected: String, _ isValid: (Float) -> Bool
    ) throws(CallFailure) -> Float {
      try Arguments.number(value, "\(name)->\(member)", expected: expected, isValid)
    }
    try Arguments.checkFlags(given.flags, known: SPLAT_ANTIALIASED, "\(name)->flags")
    isAntialiased = given.flags & SPLAT_ANTIALIASED != 0
    let degree = try Arguments.integer(given.sh_degree, "\(name)->sh_degree", in: -1...4)
    maximumSHDegree = degree < 0 ? 4 : degree
    let (red, green, blue) = given.background
    for (channel, value) in [red, green, blue].enumerated() {
      background[channel] = try number(
        value, "background[\(channel)]", "a number of at most 1e10"
      ) { abs($0) <= 1e10 }
    }
    nearPlane = try number(given.near_plane, "near_plane", "a number above 0") { $0 > 0 }
    let near = nearPlane
    farPlane = try number(given.far_plane, "far_plane", "a number above near_plane") { $0 > near }
    filterVariance = try number(given.eps2d, "eps2d", "0 to 1e6") { $0 >= 0 && $0 <= 1e6 }
    maximumAlpha = try number(
      given.maximum_alpha, "maximum_alpha", "above 0 and at most 1"
    ) { $0 > 0 && $0 <= 1 }
    alphaThreshold = try number(
      given.alpha_threshold, "alpha_threshold", "1e-30 to below 1"
    ) { $0 >= 1e-30 && $0 < 1 }
    transmittanceThreshold = try number(
      given.transmittance_threshold, "transmittance_threshold", "0 to below 1"
    ) { $0 >= 0 && $0 < 1 }
  }
}

import SplatCore

/// The space of the colours of a primitive's Gaussians.
struct GLTFColors {
  private enum Space: String {
    case display = "srgb_rec709_display"
    case linear = "lin_rec709_display"
  }

  private let space: Space
  private let warning: String?

  // The curve of sRGB (IEC 61966-2-1).
  private static let exponent: Float = 1 / 2.4
  private static let factor: Float = 1.055
  private static let offset: Float = 0.055
  private static let slope: Float = 12.92
  private static let border: Float = 0.003_130_8

  init(_ settings: JSONPlace) throws(FileError) {
    let name = try settings.optional("colorSpace")?.text() ?? Space.display.rawValue
    space = Space(rawValue: name) ?? .display
    if space == .linear {
      warning = "colours are linear; they were brought to sRGB, in which they are blended here"
    } else if name != Space.display.rawValue {
      warning = "the colour space \(name) is not known; colours were taken for sRGB"
    } else {
      warning = nil
    }
  }

  /// Brings the colours of Gaussians to the display's.
  ///
  /// The constant colour follows the curve, and what depends on the view the curve's slope there.
  func show(_ splats: inout Splats, _ warnings: inout Set<String>) {
    if let warning { warnings.insert(warning) }
    guard space == .linear else { return }
    let rest = 3 * HarmonicCounts.rest(splats.shDegree)
    splats.unpack { index, view in
      for channel in 0..<3 {
        let color = 0.5 + zerothHarmonic * view[Plane.sh + channel, index]
        let (value, slope) = Self.curve(color)
        view[Plane.sh + channel, index] = (value - 0.5) / zerothHarmonic
        for plane in stride(from: channel, to: rest, by: 3) {
          view[Plane.sh + 3 + plane, index] *= slope
        }
      }
    }
  }

  /// The display's value of a linear one, and how fast it grows.
  private static func curve(_ color: Float) -> (value: Float, slope: Float) {
    guard color > border else { return (color * slope, slope) }
    let power = Float.exp(Float.log(color) * exponent)
    return (factor * power - offset, factor * exponent * power / color)
  }
}

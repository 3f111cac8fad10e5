import SplatPlatform

/// Chooses the resolution of pictures while the camera moves.
///
/// The time of a picture is modelled as proportional to its pixels. In truth a part of it, that of
/// the Gaussians, does not depend on them: growing by the model is safe, and shrinking comes close
/// to the right size over a few pictures. Where that fixed part alone takes too long, the change of
/// the time with the size tells when fewer pixels gain nothing. There are few sizes to choose from,
/// because the page allocates its canvas anew for each.
package struct ResolutionControl: Sendable {
  /// The factor on width and height, ``smallest``...1.
  package private(set) var fraction = 0.5
  /// The estimated seconds of a picture without pixels.
  private var fixed = 0.0
  /// The estimated seconds that the pixels of a picture at full size take besides.
  private var full: Double?
  private var last: (area: Double, seconds: Double)?

  /// The smallest fraction; a smaller picture shows too little to navigate by.
  package static let smallest = 0.125
  /// The range of the factor by which the area may change from one picture to the next.
  private static let areaStep = 0.5...1.6
  /// The weight of the newest picture in the estimates.
  private static let weight = 0.4
  /// The pixels get at least this share of the fixed part's time.
  private static let leastShare = 0.5
  /// The least time of a picture, in seconds.
  private static let leastSeconds = 1e-6
  /// The relative change of the area from which times are compared.
  private static let leastAreaChange = 0.1

  package init() {}

  /// Takes into account that a picture at `fraction` took `seconds` instead of `target`.
  package mutating func update(seconds: Double, fraction used: Double, target: Double) {
    let area = used * used
    estimate(area: area, seconds: seconds)
    var wanted = area * target / max(seconds, Self.leastSeconds)
    if let full, wanted < area { wanted = max(wanted, Self.leastShare * fixed / full) }
    let held = min(max(wanted, area * Self.areaStep.lowerBound), area * Self.areaStep.upperBound)
    // The next smaller of 1, 2^-1/4, 2^-1/2, ..., with a margin for rounding.
    let quarters = (-2 * log2(held) - 1e-9).rounded(.up)
    fraction = min(max(exp2(-quarters / 4), Self.smallest), 1)
  }

  private mutating func estimate(area: Double, seconds: Double) {
    if let last, abs(area - last.area) > Self.leastAreaChange * max(area, last.area) {
      let slope = (seconds - last.seconds) / (area - last.area)
      // A negative slope is noise.
      if slope > 0 { full = full.map { $0 + (slope - $0) * Self.weight } ?? slope }
    }
    last = (area, seconds)
    // Until sizes have differed, all of the time counts as that of the pixels.
    guard let full else { return }
    let remainder = max(0, seconds - min(full * area, seconds))
    fixed += (remainder - fixed) * Self.weight
  }
}

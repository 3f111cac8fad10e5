/// How a table of Gaussians gives their scales, opacities and colours.
///
/// Models are stored and trained with logarithms, logits and harmonics; other programs hand over
/// what these stand for. Gradients are with respect to what the table holds.
public struct ParameterForm: Sendable, Equatable {
  /// Whether scales are standard deviations, in world units, rather than their logarithms.
  public var hasLinearScales = false
  /// Whether opacities are 0...1 rather than their logits.
  public var hasLinearOpacities = false
  /// Whether the first coefficient of the harmonics is the colour itself, of any sign and not
  /// clamped.
  public var hasDirectColors = false

  /// Creates the form of stored models.
  public init() {}

  /// The form of stored models.
  public static var stored: Self { Self() }
}

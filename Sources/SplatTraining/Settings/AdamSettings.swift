// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation
// Each setting's declaration says what it means.

/// The constants of Adam's update (Kingma and Ba 2015), those of the released 3DGS code.
public struct AdamSettings: SettingsGroup {
  @Setting("The share of the old first moment that is kept, beta 1.", range: 0...0.9999)
  public var beta1: Float = 0.9
  @Setting("The share of the old second moment that is kept, beta 2.", range: 0...0.999999)
  public var beta2: Float = 0.999
  @Setting("What is added to the root of the second moment, epsilon.", range: 1e-30...1)
  public var epsilon: Float = 1e-15

  /// Creates the default settings.
  public init() {}
}

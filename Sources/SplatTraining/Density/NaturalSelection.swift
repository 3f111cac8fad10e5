import SplatCore

/// Reduces a model to the Gaussians that its photos need most (natural selection, the GNS project,
/// 2025).
///
/// The opacities of all that photos show fall alike, as logits, so fast that of too many Gaussians
/// the right number is transparent in time. Those recover that photos need; the others are pruned.
package struct NaturalSelection {
  /// The number of Gaussians that are to remain.
  package let kept: Int
  /// The opacity below which Gaussians are pruned.
  package let pruneOpacity: Float

  /// So few Gaussians too many, as a share of those that are kept, need not wait for the end.
  private static let fewTooMany = 0.05
  /// No logit falls by more in a round, so that opacities can recover.
  private static let fastest: Float = 1
  /// Opacities count as within these, so that logits are finite.
  private static let least: Float = 1e-4, largest: Float = 1 - 1e-6

  package init(kept: Int, pruneOpacity: Float) {
    self.kept = kept
    self.pruneOpacity = pruneOpacity
  }

  /// By how much the logits of all opacities fall in a round.
  ///
  /// - Parameters:
  ///   - opacities: Those of all Gaussians.
  ///   - roundsLeft: The number of rounds until the right number is to be left.
  /// - Returns: Nil if those that are too many are to be removed at once.
  package func fall(_ opacities: [Float], roundsLeft: Double) -> Float? {
    let most = Double(kept) * (1 + Self.fewTooMany)
    guard roundsLeft > 0, Double(opacities.count) > most else { return nil }
    // The most opaque one that is to go has to lose what it is above those that are pruned.
    let first = opacities.sorted(by: >)[kept]
    return min(max(0, (logit(first) - logit(pruneOpacity)) / Float(roundsLeft)), Self.fastest)
  }

  private func logit(_ opacity: Float) -> Float {
    Logistic.inverse(min(max(opacity, Self.least), Self.largest))
  }
}

package import SplatMetrics

extension TrainingSettings {
  /// The terms of the loss on images (Kerbl et al. 2023, equation 7).
  package var imageTerms: [WeightedTerm] {
    [
      WeightedTerm(1 - dssimWeight, L1()),
      WeightedTerm(dssimWeight, DSSIM()),
    ]
  }
}

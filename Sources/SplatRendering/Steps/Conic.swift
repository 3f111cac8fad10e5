package import SplatCore

/// Turns a projected covariance into the conic that the rasterizer evaluates per pixel.
///
/// The conic is the inverse of the covariance after a low-pass filter has been added to its
/// diagonal, so that no Gaussian is narrower than a pixel (Zwicker et al., "EWA Splatting", 2002).
package enum Conic {
  /// The variance of the low-pass filter, in square pixels.
  package static let filterVariance = 0.3

  /// A filtered covariance, its inverse, and the effect of the filter on the opacity.
  package struct Filtered<Scalar: Real>: Sendable {
    /// The filtered covariance, in square pixels.
    package var covariance: SymmetricMatrix2<Scalar>
    /// Its inverse.
    package var conic: SymmetricMatrix2<Scalar>
    /// The determinant of the filtered covariance; the Gaussian is singular unless it is positive.
    package var determinant: Scalar
    /// sqrt(max(0, det Σ' / det(Σ' + filter))): how much a Gaussian must fade to keep its integral
    /// under the filter.
    package var compensation: Scalar
  }

  /// Returns the conic of `covariance`; it and the variance of the filter are in square pixels.
  @inline(__always)
  package static func forward<Scalar: Real>(
    covariance: SymmetricMatrix2<Scalar>, filterVariance: Scalar = Scalar(Self.filterVariance)
  ) -> Filtered<Scalar> {
    let a = covariance.xx + filterVariance  // (1)
    let b = covariance.xy  // (1)
    let c = covariance.yy + filterVariance  // (1)
    let determinant = a * c - b * b  // (2)
    let inverse = Scalar(1) / determinant  // (3)
    let conic = SymmetricMatrix2(xx: c * inverse, xy: -b * inverse, yy: a * inverse)  // (4)
    let ratio = Scalar.maximum(Scalar(0), covariance.determinant * inverse)  // (5)
    return Filtered(
      covariance: SymmetricMatrix2(xx: a, xy: b, yy: c), conic: conic, determinant: determinant,
      compensation: ratio.squareRoot())  // (6)
  }

  /// Returns the gradient with respect to `covariance`, given those of the conic and the
  /// compensation.
  ///
  /// Numbers in the margin name the line of ``forward(covariance:filterVariance:)`` being
  /// differentiated.
  @inline(__always)
  package static func backward<Scalar: Real>(
    covariance: SymmetricMatrix2<Scalar>, filtered: Filtered<Scalar>,
    gradConic: SymmetricMatrix2<Scalar>, gradCompensation: Scalar
  ) -> SymmetricMatrix2<Scalar> {
    let (a, b, c) = (filtered.covariance.xx, filtered.covariance.xy, filtered.covariance.yy)
    let two = Scalar(2)
    let inverse = Scalar(1) / filtered.determinant
    // A Gaussian without area has a compensation of 0, where the square root has no finite slope.
    let isFlat = filtered.compensation.isLess(than: Scalar(1e-6))
    let gradRatio = (gradCompensation / (two * filtered.compensation))
      .replaced(by: Scalar(0), where: isFlat)  // (6)

    let gradRaw = gradRatio * inverse  // (5)
    var gradA = gradRaw * covariance.yy  // (5)
    var gradB = -two * gradRaw * covariance.xy  // (5)
    var gradC = gradRaw * covariance.xx  // (5)
    var gradInverse = gradRatio * covariance.determinant  // (5)

    gradA += gradConic.yy * inverse  // (4)
    gradB -= gradConic.xy * inverse  // (4)
    gradC += gradConic.xx * inverse  // (4)
    gradInverse += gradConic.xx * c - gradConic.xy * b + gradConic.yy * a  // (4)
    let gradDeterminant = -gradInverse * inverse * inverse  // (3)
    gradA += gradDeterminant * c  // (2)
    gradB -= gradDeterminant * two * b  // (2)
    gradC += gradDeterminant * a  // (2)
    return SymmetricMatrix2(xx: gradA, xy: gradB, yy: gradC)  // (1)
  }
}

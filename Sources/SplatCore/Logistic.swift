/// The logistic function, which turns opacity logits into opacities.
@usableFromInline
package enum Logistic {
  /// 1 / (1 + exp(-logit)).
  @inlinable @inline(__always)
  package static func forward<Scalar: Real>(_ logit: Scalar) -> Scalar {
    Scalar(1) / (Scalar(1) + Scalar.exp(-logit))
  }

  /// The logit of `value`, which lies strictly between 0 and 1.
  @inlinable @inline(__always)
  package static func inverse<Scalar: Real>(_ value: Scalar) -> Scalar {
    Scalar.log(value / (Scalar(1) - value))
  }

  /// The gradient with respect to the logit, from the function's value and its gradient.
  @inlinable @inline(__always)
  package static func backward<Scalar: Real>(value: Scalar, gradValue: Scalar) -> Scalar {
    gradValue * value * (Scalar(1) - value)
  }
}

public import SplatCore

extension Splats {
  /// The Gaussians for which `condition` holds, in their order.
  private func filtered(_ condition: @Sendable (ParameterView, Int) -> Bool) -> Splats {
    let count = count
    let flags = parameters.withReadOnlyView { view in
      Workers().gathering(count) { condition(view, $0) }
    }
    return gathered(flags.indices.filter { flags[$0] }.map { Int32($0) })
  }

  /// The Gaussians whose means lie in a box, its sides included.
  public func cropped(to box: CropBox) -> Splats {
    filtered { view, index in
      let mean = view.vector(Plane.means, index)
      return all(mean .>= box.minimum) && all(mean .<= box.maximum)
    }
  }

  /// The Gaussians whose means lie in a ball.
  public func cropped(to sphere: CropSphere) -> Splats {
    filtered { view, index in
      let offset = view.vector(Plane.means, index) - sphere.center
      return (offset * offset).sum() <= sphere.radius * sphere.radius
    }
  }

  /// The Gaussians with an opacity of at least `opacity`, 0...1.
  public func pruned(opacityBelow opacity: Float) -> Splats {
    filtered { view, index in Logistic.forward(view[Plane.opacityLogit, index]) >= opacity }
  }

  /// The Gaussians whose largest scale is at most `scale`, in world units.
  public func pruned(scaleAbove scale: Float) -> Splats {
    let limit = Float.log(scale)
    return filtered { view, index in view.vector(Plane.logScales, index).max() <= limit }
  }

  /// The neighbours of a mean that its distance to others is averaged over.
  private static let floaterNeighbors = 16

  /// The model without Gaussians that float alone.
  ///
  /// For each mean, the distances to its 16 nearest neighbours are averaged. Gaussians whose
  /// average exceeds the mean of all averages by more than `deviations` standard deviations are
  /// removed (statistical outlier removal, Rusu et al. 2008).
  public func withoutFloaters(deviations: Float) -> Splats {
    let tree = NearestNeighbors(means)
    let distances = Workers().gathering(count) {
      tree.meanDistance(of: $0, neighbors: Self.floaterNeighbors)
    }
    let total = Double(max(1, count))
    let mean = distances.reduce(0.0) { $0 + Double($1) } / total
    let variance =
      distances.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / total
    let limit = Float(mean + Double(deviations) * variance.squareRoot())
    return gathered(distances.indices.filter { distances[$0] <= limit }.map { Int32($0) })
  }

  /// The `limit` most important Gaussians, in their order.
  public func limited(to limit: Int) -> Splats {
    guard count > limit else { return self }
    return gathered(SplatImportance.area.order(self).prefix(limit).sorted())
  }

  /// The Gaussians in Morton's order, in which neighbours in the file are neighbours in space.
  public func inMortonOrder() -> Splats { gathered(MortonOrder.of(parameters)) }
}

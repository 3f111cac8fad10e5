package import SplatCore

extension [NamedCamera] {
  /// The cameras in the frame of a model whose positions lost `origin`.
  ///
  /// Lists are in coordinates of the world or in the model's; where most cameras are nearer to the
  /// origin than to zero, they are the world's.
  package func relative(to origin: SIMD3<Double>) -> Self {
    guard origin != .zero else { return self }
    func square(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum() }
    let near = count { square($0.camera.center - origin) < square($0.camera.center) }
    return near * 2 > count ? moved(by: SimilarityTransform.translation(-origin)) : self
  }

  /// The cameras that see the transformed model as these see the model.
  package func moved(by transform: SimilarityTransform) -> Self {
    map { NamedCamera(name: $0.name, camera: transform.moved($0.camera)) }
  }
}

extension SimilarityTransform {
  /// The transform that only moves.
  package static func translation(_ vector: SIMD3<Double>) -> Self {
    var result = Self.identity
    result.translation = vector
    return result
  }
}

public import SplatCore

extension Splats {
  /// The model for renderers without antialiased mode.
  ///
  /// A Gaussian's opacity is multiplied by the mean of the factors by which antialiased mode
  /// multiplies it as `cameras` see it, so pictures of about their resolution look the same. A
  /// Gaussian that none of them sees keeps its opacity. The result is not marked as antialiased.
  public func bakingAntialiasing(seenFrom cameras: [Camera], threads: Int? = nil) -> Splats {
    let workers = Workers(threads: threads)
    let rasterizer = Rasterizer()
    var sums = [Float](repeating: 0, count: count)
    var views = [Float](repeating: 0, count: count)
    parameters.withReadOnlyView { model in
      for camera in cameras where camera.width > 0 && camera.height > 0 {
        let projected = rasterizer.project(
          model, camera: camera, settings: RenderSettings(), workers: workers)
        for (chunk, records) in projected.recordCounts.enumerated() {
          for slot in 0..<records {
            let record = projected.records[chunk * Projection.chunkSize + slot]
            sums[Int(record.index)] += record.compensation
            views[Int(record.index)] += 1
          }
        }
      }
    }
    var result = self
    result.isAntialiased = false
    for index in 0..<count where views[index] > 0 {
      let opacity = Logistic.forward(parameters[Plane.opacityLogit, index])
      // Logits stay finite.
      let seen = min(max(opacity * sums[index] / views[index], 1e-30), 1 - 1e-6)
      result.parameters[Plane.opacityLogit, index] = Logistic.inverse(seen)
    }
    return result
  }
}

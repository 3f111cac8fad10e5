import SplatCore
import Testing

@Suite struct ClusterBoxesTests {
  /// Gaussians along a line, in two clusters, the second of three Gaussians.
  private static var line: Splats {
    var splats = Splats(count: 67, shDegree: 0)
    for index in 0..<67 {
      splats[index].mean = SIMD3(Float(index), Float(-index), 5)
      splats[index].logScale = SIMD3(-3, Float(-index), -4)
    }
    return splats
  }

  private func column(_ boxes: ClusterBoxes, _ cluster: Int) -> [Float] {
    (0..<ClusterBoxes.planes).map { boxes.table[$0, cluster] }
  }

  @Test func aBoxHoldsTheMeansAndTheLargestDeviation() {
    let boxes = ClusterBoxes(Self.line.parameters)
    #expect(boxes.table.count == 2)
    #expect(column(boxes, 0) == [0, -63, 5, 63, 0, 5, 1])
    // Columns past the last Gaussian are zero and must not count.
    #expect(column(boxes, 1) == [64, -66, 5, 66, -64, 5, Float.exp(-3)])
  }

  @Test func whatIsNoNumberIsLeftOut() {
    var splats = Self.line
    splats[63].mean.x = .nan
    splats[0].logScale.y = .nan
    let boxes = ClusterBoxes(splats.parameters)
    #expect(column(boxes, 0) == [0, -63, 5, 62, 0, 5, Float.exp(-1)])
  }

  @Test func anEmptyModelHasNoClusters() {
    #expect(ClusterBoxes(Splats(count: 0, shDegree: 0).parameters).table.count == 0)
  }

  @Test func anyChangeDropsTheBoxes() {
    var splats = Self.line
    splats.boundClusters()
    #expect(splats.clusters != nil && splats == Self.line)
    var other = splats
    other[66].mean.x = 100
    #expect(other.clusters == nil && splats.clusters != nil)
    other.boundClusters()
    other.parameters.withView { $0[0, 3] = 4 }
    #expect(other.clusters == nil)
  }
}

import SplatCore
import SplatEditing
import SplatTestSupport
import Testing

@Suite struct SelectionTests {
  /// Gaussians along the x axis, a unit apart, with opacities and scales that grow.
  private static let row: Splats = {
    var splats = Splats(count: 10, shDegree: 1)
    splats.isAntialiased = true
    for index in 0..<10 {
      splats[index] = Splat(
        mean: SIMD3(Float(index), 0, 0), logScale: SIMD3(repeating: Float(index) - 5),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: Float(index) - 5,
        shCoefficients: [SIMD3(repeating: Float(index)), .zero, .one, .zero])
    }
    return splats
  }()

  private func places(_ splats: Splats) -> [Int] {
    (0..<splats.count).map { Int(splats[$0].mean.x) }
  }

  @Test func cropsKeepWhatLiesInsideTheirSidesIncluded() {
    let box = CropBox(minimum: SIMD3(2, -1, -1), maximum: SIMD3(5, 1, 0))
    #expect(places(Self.row.cropped(to: box)) == [2, 3, 4, 5])
    #expect(Self.row.cropped(to: box).isAntialiased)
    let above = CropBox(minimum: SIMD3(2, 0.5, -1), maximum: SIMD3(5, 1, 0))
    #expect(Self.row.cropped(to: above).count == 0)
    let ball = CropSphere(center: SIMD3(4, 3, 0), radius: 3.2)
    #expect(places(Self.row.cropped(to: ball)) == [3, 4, 5])
  }

  @Test func pruningGoesByOpacityAndTheLargestScale() {
    #expect(places(Self.row.pruned(opacityBelow: 0.5)) == [5, 6, 7, 8, 9])
    #expect(places(Self.row.pruned(scaleAbove: 1.0001)) == [0, 1, 2, 3, 4, 5])
    var flat = Self.row
    flat.parameters[Plane.logScales + 2, 0] = 3
    #expect(places(flat.pruned(scaleAbove: 1.0001)) == [1, 2, 3, 4, 5])
  }

  @Test func theMostImportantAreKeptInTheirOrder() {
    #expect(places(Self.row.limited(to: 3)) == [7, 8, 9])
    #expect(Self.row.limited(to: 10) == Self.row)
    var flat = Self.row
    // A flat Gaussian has next to no volume and shows all the same.
    flat.parameters[Plane.logScales, 8] = -40
    #expect(places(flat.limited(to: 3)) == [7, 8, 9])
    #expect(SplatImportance.volume.order(flat).last == 8)
    #expect(SplatImportance.volume.order(Self.row) == (0..<10).reversed().map { Int32($0) })
  }

  @Test func whatFloatsAloneGoes() {
    var splats = SyntheticScene.splats(count: 500, seed: 1)
    for (index, place) in [(17, SIMD3<Float>(9, 0, 0)), (400, SIMD3(0, -12, 3))] {
      for axis in 0..<3 { splats.parameters[axis, index] = place[axis] }
    }
    let left = splats.withoutFloaters(deviations: 3)
    #expect(left.count >= 480 && left.count <= 498)
    for index in 0..<left.count {
      let mean = left[index].mean
      #expect((mean * mean).sum().squareRoot() < 3)
    }
  }

  @Test func modelsAreMergedAtTheLargestDegree() {
    let other = SyntheticScene.splats(count: 5, seed: 2, shDegree: 3)
    let merged = Splats(merging: [Self.row, other])
    #expect(merged.count == 15 && merged.shDegree == 3 && !merged.isAntialiased)
    #expect(merged[3].mean == Self.row[3].mean)
    #expect(
      merged[3].shCoefficients == Self.row[3].shCoefficients
        + [SIMD3<Float>](repeating: .zero, count: 12))
    #expect(merged[12].shCoefficients == other[2].shCoefficients)
    #expect(Splats(merging: [Self.row]) == Self.row)
    #expect(merged.withHarmonics(degree: 1)[4].shCoefficients == Self.row[4].shCoefficients)
    #expect(other.withHarmonics(degree: 0)[4].shCoefficients == [other[4].shCoefficients[0]])
  }

  @Test func mortonsOrderPutsNeighboursTogether() {
    let splats = SyntheticScene.splats(count: 3000, seed: 4)
    func step(_ splats: Splats) -> Float {
      (1..<splats.count).reduce(0) {
        let offset = splats[$1].mean - splats[$1 - 1].mean
        return $0 + (offset * offset).sum().squareRoot()
      }
    }
    let ordered = splats.inMortonOrder()
    #expect(step(ordered) < step(splats) / 4)
    #expect(Set(places(ordered)) == Set(places(splats)) && ordered.count == splats.count)
  }
}

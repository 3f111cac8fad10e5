import SplatCore
import SplatTestSupport
import Testing

@Suite struct ParameterBlocksTests {
  private static func table(count: Int) -> ParameterBlocks {
    var table = ParameterBlocks(count: count, planes: 5)
    for plane in 0..<5 {
      for index in 0..<count { table[plane, index] = Float(1 + plane + 10 * index) }
    }
    return table
  }

  @Test(arguments: [0, 1, 7, 8, 9, 64, 100]) func everyEntryHasAPlaceOfItsOwn(count: Int) {
    let table = Self.table(count: count)
    for plane in 0..<5 {
      for index in 0..<count { #expect(table[plane, index] == Float(1 + plane + 10 * index)) }
    }
    #expect(table.storage.count == table.blockCount * 5 * ParameterBlocks.blockWidth)
    // The columns past the last are zero.
    #expect(table.storage.filter { $0 != 0 }.count == count * 5)
  }

  @Test func gatheringTakesColumnsInTheGivenOrder() {
    let table = Self.table(count: 21)
    let sources: [Int32] = [20, 0, -1, 7, 8, 7, 13, -1, 19, 20, 1]
    let gathered = table.gathered(sources)
    #expect(gathered.count == sources.count && gathered.planes == 5)
    for (index, source) in sources.enumerated() {
      for plane in 0..<5 {
        #expect(gathered[plane, index] == (source < 0 ? 0 : table[plane, Int(source)]))
      }
    }
    #expect(table.gathered([]).count == 0)
    #expect(table.gathered(Array(0..<21)) == table)
  }

  @Test(arguments: [0, 1, 8, 21, 40]) func removingLeavesTheOthersInTheirOrder(count: Int) {
    for pattern in 0..<6 {
      var table = Self.table(count: count)
      let isRemoved = (0..<count).map { index -> UInt8 in
        [false, true, index % 2 == 0, index % 8 == 7, index < 9, index >= 9][pattern] ? 1 : 0
      }
      let kept = (0..<count).filter { isRemoved[$0] == 0 }.map { Int32($0) }
      let expected = table.gathered(kept)
      table.remove(isRemoved)
      #expect(table == expected)
    }
  }

  @Test(arguments: 0...4) func aGaussianIsReadAsItWasWritten(degree: Int) {
    let source = SyntheticScene.splats(count: 11, seed: 4, shDegree: degree)
    var copy = Splats(count: 11, shDegree: degree)
    for index in 0..<11 { copy[index] = source[index] }
    #expect(copy == source)
    #expect(source[3].shCoefficients.count == (degree + 1) * (degree + 1))
    #expect(source[3].mean.y == source.parameters[Plane.means + 1, 3])
    #expect(source[3].rotation.w == source.parameters[Plane.rotations, 3])
  }
}

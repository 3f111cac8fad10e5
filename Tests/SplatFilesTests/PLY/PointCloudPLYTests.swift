import SplatCore
import SplatFiles
import Testing

@Suite struct PointCloudPLYTests {
  @Test func pointsHavePositionsAndColours() throws {
    let text = """
      ply
      format ascii 1.0
      element vertex 3
      property float x
      property float y
      property float z
      property uchar red
      property uchar green
      property uchar blue
      end_header
      1 2 3 10 20 255
      nan 0 0 1 1 1
      -1 -2 -3 0 0 0
      """
    let cloud = try PointCloudPLY.read(Array(text.utf8), path: "a")
    #expect(cloud.positions == [SIMD3(1, 2, 3), SIMD3(-1, -2, -3)])
    #expect(cloud.colors == [SIMD3(10, 20, 255), SIMD3(0, 0, 0)])
  }

  @Test func pointsWithoutColourAreGreyAndFractionsAreScaled() throws {
    let plain = PLYFixtures.header("ascii", count: 1, names: ["x", "y", "z"]) + "1 2 3\n"
    #expect(try PointCloudPLY.read(Array(plain.utf8), path: "a").colors == [SIMD3(128, 128, 128)])
    let names = ["x", "y", "z", "red", "green", "blue"]
    let fractions = PLYFixtures.header("ascii", count: 1, names: names) + "1 2 3 0 0.5 7\n"
    #expect(try PointCloudPLY.read(Array(fractions.utf8), path: "a").colors == [SIMD3(0, 128, 255)])
  }

  @Test func aFileWithoutPositionsIsRefused() {
    let text = PLYFixtures.header("ascii", count: 1, names: ["x", "y"]) + "1 2\n"
    let error = fileError { () throws(FileError) in
      _ = try PointCloudPLY.read(Array(text.utf8), path: "a")
    }
    #expect(error?.kind == .badInput)
  }
}

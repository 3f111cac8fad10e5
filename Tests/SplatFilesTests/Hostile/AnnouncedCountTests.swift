import SplatFiles
import Testing

@Suite struct AnnouncedCountTests {
  /// A model's file of a single Gaussian that announces `count`.
  private func error(format: String, count: String, before: String = "") -> FileError? {
    let names =
      ["x", "y", "z", "f_dc_0", "f_dc_1", "f_dc_2", "opacity", "scale_0", "scale_1"]
      + ["scale_2", "rot_0", "rot_1", "rot_2", "rot_3"]
    let header =
      "ply\nformat \(format) 1.0\n\(before)element vertex \(count)\n"
      + names.map { "property float \($0)\n" }.joined() + "end_header\n"
    let row =
      format == "ascii" ? String(repeating: "1 ", count: 14) : String(repeating: "AAAA", count: 14)
    return fileError { () throws(FileError) in
      _ = try SplatPLY.read(Array((header + row).utf8), path: "model.ply")
    }
  }

  private static let formats = ["ascii", "binary_little_endian", "binary_big_endian"]

  // Memory for two thousand million Gaussians would be half a terabyte.
  @Test(
    arguments: formats, ["2", "2000000000", "9223372036854775807", "9223372036854775808", "-1"])
  func moreGaussiansThanTheFileHoldsAreRefusedBeforeMemoryIsTaken(format: String, count: String) {
    #expect(error(format: format, count: "1") == nil)
    #expect(error(format: format, count: count)?.exitCode == 65)
  }

  @Test(arguments: formats, ["", "property float a\n", "property list uint double a\n"])
  func moreRowsOfAnotherElementThanTheFileHoldsAreRefused(format: String, properties: String) {
    let before = "element other 4000000000000000000\n\(properties)"
    let found = error(format: format, count: "1", before: before)
    // Rows without properties take no bytes, however many there are.
    #expect((found == nil) == properties.isEmpty)
  }
}

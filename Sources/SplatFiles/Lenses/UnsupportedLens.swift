/// Lenses that other programs have and that are not read.
enum UnsupportedLens {
  /// The names of COLMAP's lens models from the first that is not read; some are.
  private static let colmapNames = [
    "RAD_TAN_THIN_PRISM_FISHEYE", "SIMPLE_DIVISION", "DIVISION", "SIMPLE_FISHEYE", "FISHEYE",
    "EUCM", "EQUIRECTANGULAR",
  ]
  private static let firstNumber = 11

  /// What is wrong with a camera of COLMAP's lens model of this number.
  static func problem(number: Int32) -> String {
    let index = Int(number) - firstNumber
    guard colmapNames.indices.contains(index) else {
      return "has the unknown lens model \(number); 0 to 17 are known"
    }
    return problem(name: colmapNames[index])
  }

  /// What is wrong with a camera of COLMAP's lens model of this name.
  static func problem(name: String) -> String {
    guard colmapNames.contains(name) else { return "has the unknown lens model \(name)" }
    return """
      has the lens model \(name), which is not read; COLMAP's image_undistorter makes pinhole \
      photos and a model of them
      """
  }
}

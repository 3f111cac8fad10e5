package import SplatCore

/// Depth maps in PNG and NumPy files.
package enum DepthFile {
  /// The world units of a step in files with integers of 16 bits, unless the scene says another:
  /// they are millimetres of scenes in metres.
  package static let millimetre = 0.001

  /// The endings of files that are looked for: those that are read, and others that programs write
  /// depths to, about which there is a message.
  private static let endings = ["png", "npy"]
  private static let others = [
    "exr": "OpenEXR", "tif": "TIFF", "tiff": "TIFF", "npz": "an archive of NumPy arrays",
    "pfm": "a portable float map", "bin": "a file of raw numbers", "jpg": "JPEG, which is lossy",
    "jpeg": "JPEG, which is lossy",
  ]

  /// Whether a file called `name` may hold depths, whether they can be read or not.
  static func isDepth(_ name: String) -> Bool {
    let ending = ending(name)
    return endings.contains(ending) || others[ending] != nil
  }

  private static func ending(_ name: String) -> String {
    name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
  }

  /// Why the file at `path` cannot be read, by its name; nil if it may be.
  static func problem(_ path: String) -> FileError? {
    guard let kind = others[ending(path)] else { return nil }
    return .bad(
      path, nil,
      """
      is \(kind); depths are read from PNG with 16 bits per sample and from NumPy's .npy
      """)
  }

  /// The size of the map at `path`, and whether it has no more than 8 bits per value.
  package static func size(path: String) throws(FileError) -> (
    width: Int, height: Int, isShallow: Bool
  ) {
    if let problem = problem(path) { throw problem }
    guard ending(path) == "png" else {
      let size = try size(of: NPYArray(path: path, readsValues: false), path)
      return (size.width, size.height, false)
    }
    let header = try ImageFile.size(path: path)
    return (header.width, header.height, !header.isDeep)
  }

  /// Reads the map at `path`.
  ///
  /// Integers of 16 bits and more are multiplied by `unit`; those of 8 bits, which only networks
  /// write, are 0...1.
  ///
  /// - Parameters:
  ///   - unit: the size of a step, in world units.
  ///   - trustedArea: the cells that a map may have however small its file is: it may be empty.
  package static func read(path: String, unit: Double = millimetre, trustedArea: Int = 0)
    throws(FileError) -> DepthMap
  {
    if let problem = problem(path) { throw problem }
    return ending(path) == "npy"
      ? try array(path, unit: Float(unit))
      : try image(path, unit: Float(unit), trustedArea: trustedArea)
  }

  private static func array(_ path: String, unit: Float) throws(FileError) -> DepthMap {
    let array = try NPYArray(path: path)
    let (width, height) = try size(of: array, path)
    return DepthMap(
      width: width, height: height,
      values: array.isInteger ? array.values.map { $0 * unit } : array.values)
  }

  /// The size of an image in an array, which may have axes of length 1 besides.
  private static func size(of array: NPYArray, _ path: String) throws(FileError) -> (
    width: Int, height: Int
  ) {
    let shape = array.shape.count == 2 ? array.shape : array.shape.filter { $0 != 1 }
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw .bad(path, "header", "has the shape \(array.shape); height x width was expected")
    }
    try ImageLimits.check(width: shape[1], height: shape[0], path: path)
    return (shape[1], shape[0])
  }

  private static func image(_ path: String, unit: Float, trustedArea: Int) throws(FileError)
    -> DepthMap
  {
    let photo = try samples(path, trustedArea: trustedArea)
    let channels = photo.channels
    let isDeep = !photo.deepSamples.isEmpty
    func values<Sample: FixedWidthInteger>(_ samples: [Sample], _ scale: Float) throws(FileError)
      -> [Float]
    {
      var values = [Float](repeating: 0, count: photo.width * photo.height)
      for pixel in values.indices {
        let sample = samples[pixel * channels]
        guard sample == samples[pixel * channels + 1], sample == samples[pixel * channels + 2]
        else {
          throw .bad(
            path, "pixel \(pixel % photo.width), \(pixel / photo.width)",
            """
            has a colour; a depth map is grey, with 16 bits per sample (a picture that shows \
            depths by colours holds none)
            """)
        }
        // What is transparent is not there.
        let isThere = channels == 3 || samples[pixel * channels + 3] > 0
        values[pixel] = isThere ? Float(sample) * scale : 0
      }
      return values
    }
    return DepthMap(
      width: photo.width, height: photo.height,
      values: isDeep
        ? try values(photo.deepSamples, unit) : try values(photo.bytes, 1 / 255))
  }

  /// Reads the certainties at `path`: levels 0, 1 and 2, as ARKit has them, or any up to 255.
  package static func confidence(path: String, trustedArea: Int = 0) throws(FileError) -> (
    width: Int, height: Int, values: [UInt8]
  ) {
    let (width, height): (Int, Int)
    var values: [UInt8]
    if ending(path) == "npy" {
      let array = try NPYArray(path: path)
      (width, height) = try size(of: array, path)
      // Numbers with fractions are shares of 1.
      let isShare = !array.isInteger && array.values.allSatisfy { $0 <= 1 }
      values = array.values.map { value in
        let level = isShare ? value * 255 : value
        return level > 0 ? UInt8(min(level, 255)) : 0
      }
      if isShare { return (width, height, values) }
    } else {
      let photo = try samples(path, trustedArea: trustedArea)
      (width, height) = (photo.width, photo.height)
      values = (0..<width * height).map { photo.bytes[$0 * photo.channels] }
    }
    if values.allSatisfy({ $0 <= 2 }) { values = values.map { $0 == 1 ? 128 : $0 == 2 ? 255 : 0 } }
    return (width, height, values)
  }

  private static func samples(_ path: String, trustedArea: Int) throws(FileError) -> Photo {
    let header = try ImageFile.size(path: path)
    return try ImageFile.read(
      path: path, scaledTo: (header.width, header.height), trustedArea: trustedArea)
  }
}

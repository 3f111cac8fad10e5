import SplatCore

/// COLMAP's binary files, little-endian.
package enum COLMAPBinary {
  // The fewest bytes of an entry, with which a count can be checked: identifiers, numbers and
  // counts.
  private static let smallestCamera = 4 + 4 + 8 + 8 + 2 * 8
  private static let smallestImage = 4 + 7 * 8 + 4 + 1 + 8
  private static let smallestPoint = 8 + 3 * 8 + 3 + 8 + 8
  /// A place in an image and the number of its point.
  private static let observationSize = 8 + 8 + 8
  /// The numbers of an image and of an observation.
  private static let trackEntrySize = 4 + 4

  package static func cameras(_ bytes: FileBytes, path: String) throws(FileError)
    -> [COLMAPModel.CameraEntry]
  {
    var reader = ByteReader(bytes, path: path)
    var checks = COLMAPChecks(path: path)
    let count = try reader.count(minimumSize: smallestCamera, of: "cameras")
    var cameras: [COLMAPModel.CameraEntry] = []
    cameras.reserveCapacity(count)
    for index in 0..<count {
      let what = "camera \(index + 1) of \(count)"
      let id = try reader.integer(UInt32.self, what)
      let number = try reader.integer(Int32.self, what)
      guard let lens = COLMAPLens(rawValue: number) else {
        throw .bad(path, "camera \(id)", UnsupportedLens.problem(number: number))
      }
      let width = try reader.integer(UInt64.self, what)
      let height = try reader.integer(UInt64.self, what)
      var parameters: [Double] = []
      for _ in 0..<lens.parameterCount { parameters.append(try reader.double(what)) }
      let camera = COLMAPModel.CameraEntry(
        id: id, lens: lens, width: Int(clamping: width), height: Int(clamping: height),
        parameters: parameters)
      try checks.check(camera)
      cameras.append(camera)
    }
    return cameras
  }

  package static func images(_ bytes: FileBytes, path: String) throws(FileError)
    -> [COLMAPModel.ImageEntry]
  {
    var reader = ByteReader(bytes, path: path)
    var checks = COLMAPChecks(path: path)
    let count = try reader.count(minimumSize: smallestImage, of: "images")
    var images: [COLMAPModel.ImageEntry] = []
    images.reserveCapacity(count)
    for index in 0..<count {
      let what = "image \(index + 1) of \(count)"
      let id = try reader.integer(UInt32.self, what)
      let w = try reader.double(what)
      let x = try reader.double(what)
      let y = try reader.double(what)
      let z = try reader.double(what)
      let tx = try reader.double(what)
      let ty = try reader.double(what)
      let tz = try reader.double(what)
      let cameraID = try reader.integer(UInt32.self, what)
      let name = try reader.terminatedText("the name of \(what)")
      let observations = try reader.count(
        minimumSize: observationSize, of: "observations of image \(id)")
      try reader.skip(observations * observationSize, what)
      var image = COLMAPModel.ImageEntry(
        id: id, rotation: Quaternion(w: w, x: x, y: y, z: z), translation: SIMD3(tx, ty, tz),
        cameraID: cameraID, name: name)
      try checks.check(&image)
      images.append(image)
    }
    return images
  }

  /// The points with finite positions, and the number of others.
  package static func points(_ bytes: FileBytes, path: String) throws(FileError)
    -> (points: [COLMAPModel.Point], dropped: Int)
  {
    var reader = ByteReader(bytes, path: path)
    var checks = COLMAPChecks(path: path)
    let count = try reader.count(minimumSize: smallestPoint, of: "points")
    var points: [COLMAPModel.Point] = []
    points.reserveCapacity(count)
    for index in 0..<count {
      let id = try reader.integer(UInt64.self, "point \(index + 1) of \(count)")
      let x = try reader.double("point \(id)")
      let y = try reader.double("point \(id)")
      let z = try reader.double("point \(id)")
      let red = try reader.integer(UInt8.self, "point \(id)")
      let green = try reader.integer(UInt8.self, "point \(id)")
      let blue = try reader.integer(UInt8.self, "point \(id)")
      let error = try reader.double("point \(id)")
      let track = try reader.count(minimumSize: trackEntrySize, of: "track entries of point \(id)")
      try reader.skip(track * trackEntrySize, "point \(id)")
      try checks.unique(id, "point", "point \(index + 1) of \(count)")
      guard Float(x).isFinite, Float(y).isFinite, Float(z).isFinite else { continue }
      points.append(
        COLMAPModel.Point(
          id: id, position: SIMD3(x, y, z), color: SIMD3(red, green, blue), error: error))
    }
    return (points, count - points.count)
  }
}

import SplatCore

/// What must hold for the entries of a model, however they were read.
///
/// An entry is checked as it is read, so that the message can name the place in the file.
struct COLMAPChecks {
  /// The file that is being read.
  let path: String
  private var ids: Set<UInt64> = []

  /// A larger image is taken for damage.
  private static let largestSide = 200_000
  /// The squared lengths of quaternions that can be brought to length one.
  private static let squaredNorms = 1e-12..<1e12

  init(path: String) { self.path = path }

  /// Whether a parameter is a number, or unknown: not a number, as some programs write it.
  private func isUsable(_ value: Double) -> Bool { value.isFinite || value.isNaN }

  /// Throws if another entry had this `id`.
  mutating func unique(_ id: UInt64, _ what: String, _ place: String) throws(FileError) {
    guard ids.insert(id).inserted else { throw .bad(path, place, "a second \(what) \(id)") }
  }

  mutating func check(_ camera: COLMAPModel.CameraEntry) throws(FileError) {
    let place = "camera \(camera.id)"
    try unique(UInt64(camera.id), "camera", place)
    let sides = 1...Self.largestSide
    guard sides.contains(camera.width), sides.contains(camera.height) else {
      throw .bad(
        path, place,
        "an image size of \(camera.width) x \(camera.height); 1 to \(Self.largestSide) was expected"
      )
    }
    guard camera.parameters.allSatisfy(isUsable) else {
      throw .bad(path, place, "a parameter is not a finite number")
    }
  }

  /// Checks `image`, and brings its name to the form of a path.
  mutating func check(_ image: inout COLMAPModel.ImageEntry) throws(FileError) {
    let place = "image \(image.id)"
    try unique(UInt64(image.id), "image", place)
    let (q, t) = (image.rotation, image.translation)
    guard [q.w, q.x, q.y, q.z, t.x, t.y, t.z].allSatisfy(isUsable) else {
      throw .bad(path, place, "the pose is not finite")
    }
    guard image.isUnknown || Self.squaredNorms.contains(q.squaredNorm) else {
      throw .bad(path, place, "the rotation is no unit quaternion: \(q.w) \(q.x) \(q.y) \(q.z)")
    }
    // The names of rendered frames are made from it: they must stay in their folder.
    guard let name = FilePaths.inside(image.name) else {
      throw .bad(path, place, "the name `\(image.name)` does not lie in the folder of images")
    }
    image.name = name
  }
}

extension COLMAPModel.ImageEntry {
  /// Whether the pose is not a number.
  var isUnknown: Bool {
    [rotation.w, rotation.x, rotation.y, rotation.z].contains { $0.isNaN }
      || [translation.x, translation.y, translation.z].contains { $0.isNaN }
  }
}

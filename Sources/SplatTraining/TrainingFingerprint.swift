import SplatCore

/// A number that differs for other photos, for another start, and for other settings, except those
/// that a run can be continued with: the number of threads, and how long the run is.
enum TrainingFingerprint {
  static func of(
    _ photos: TrainingPhotos, _ settings: TrainingSettings, extent: Float, splats: Int
  ) -> UInt64 {
    var compared = settings
    compared.threads = nil
    compared.iterations = TrainingSettings().iterations
    compared.timeLimit = nil
    let digests = (0..<photos.count).map { "\(photos.digest($0))" }.joined(separator: " ")
    let values = compared.entries.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    var checksum = Checksum()
    checksum.add("\(values)\n\(digests)\n\(extent.bitPattern) \(splats)".utf8)
    return checksum.value
  }
}

import SplatCore

/// A number that identifies the photos, the start and the settings of a run, except for settings
/// that may differ when a run is resumed: the number of threads and the length of the run.
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

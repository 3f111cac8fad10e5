import SplatCore

/// A number that differs for other photos and for other settings, except the number of threads.
enum TrainingFingerprint {
  static func of(_ photos: TrainingPhotos, _ settings: TrainingSettings) -> UInt64 {
    var compared = settings
    compared.threads = nil
    let digests = (0..<photos.count).map { "\(photos.digest($0))" }.joined(separator: " ")
    var checksum = Checksum()
    checksum.add("\(compared)\n\(digests)".utf8)
    return checksum.value
  }
}

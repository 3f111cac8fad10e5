import SplatCore

/// The palette of SH coefficients after the constant ones, and the entry of each Gaussian.
struct SOGHarmonics: Sendable {
  let shDegree: Int
  let centroids: Photo
  let labels: Photo
  let table: SOGTable

  /// The number of entries that the image has room for.
  var entryCount: Int { centroids.height * SOGLayout.entriesPerRow }

  func label(_ index: Int) -> Int {
    Int(labels.bytes[index * 4]) | Int(labels.bytes[index * 4 + 1]) << 8
  }

  func unpack(into splats: inout Splats) {
    let rest = HarmonicCounts.rest(shDegree)
    splats.unpack { index, view in
      let label = label(index)
      let base =
        (label / SOGLayout.entriesPerRow * centroids.width
          + label % SOGLayout.entriesPerRow * rest) * SOGLayout.channels
      for coefficient in 0..<rest {
        for channel in 0..<3 {
          view[Plane.sh + (coefficient + 1) * 3 + channel, index] =
            table[0, centroids.bytes[base + coefficient * 4 + channel]]
        }
      }
    }
  }
}

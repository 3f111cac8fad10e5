/// What the scans of a JPEG file hold of its picture.
///
/// A progressive file brings the coefficients of a block in groups, and their last bits later; a
/// sequential one may bring the colours one after the other.
struct JPEGScans {
  /// For each component by its number in the frame, how many bits are missing of each coefficient.
  private var missing: [UInt8: [UInt8]] = [:]

  /// The number of coefficients in a block of 8 x 8 pixels.
  private static let coefficients = 64
  /// More bits than a coefficient can lack.
  private static let all: UInt8 = 16

  /// Whether the marker starts a frame: 0xc0 to 0xcf, without the tables of 0xc4, 0xc8 and 0xcc.
  static func isFrame(_ marker: UInt8) -> Bool {
    marker & 0xf0 == 0xc0 && (marker & 3 != 0 || marker == 0xc0)
  }

  /// Notes the components of a frame, from what follows its marker.
  mutating func add(frame segment: [UInt8]) {
    guard segment.count > 7 else { return }
    for entry in 0..<Int(segment[7]) where 8 + entry * 3 < segment.count {
      missing[segment[8 + entry * 3]] = [UInt8](repeating: Self.all, count: Self.coefficients)
    }
  }

  /// Notes what a scan brings, from what follows its marker.
  mutating func add(scan segment: [UInt8]) {
    guard segment.count > 2, segment.count >= 6 + 2 * Int(segment[2]) else { return }
    let (first, last) = (Int(segment[segment.count - 3]), Int(segment[segment.count - 2]))
    let bits = segment[segment.count - 1] & 15
    guard first <= last, last < Self.coefficients else { return }
    for entry in 0..<Int(segment[2]) {
      let component = segment[3 + entry * 2]
      for coefficient in first...last { missing[component]?[coefficient] = bits }
    }
  }

  /// Whether the scans bring all bits of all coefficients.
  var areComplete: Bool { missing.values.allSatisfy { $0.allSatisfy { $0 == 0 } } }
}

/// Makes valid JPEG files of those that cameras write a little wrong.
///
/// Only what does not touch the picture is changed, so that a file that cannot be decoded
/// afterwards has lost something.
enum JPEGRepair {
  /// The first byte of every marker.
  private static let mark: UInt8 = 0xff
  private static let application0: UInt8 = 0xe0
  private static let application14: UInt8 = 0xee
  /// Frames that are decoded from the first coefficient to the last in one scan.
  private static let sequentialFrames: ClosedRange<UInt8> = 0xc0...0xc1
  private static let restarts: ClosedRange<UInt8> = 0xd0...0xd7
  /// The last of a block's 64 coefficients.
  private static let lastCoefficient: UInt8 = 63

  /// The file without bytes between its segments, with the fields that its kind prescribes, and
  /// with its end; nothing if its segments cannot be followed, or if it ends before the last scan
  /// that it needs.
  static func repaired(_ bytes: FileBytes) -> [UInt8]? {
    guard bytes.count > 4, bytes[0] == mark, bytes[1] == 0xd8 else { return nil }
    var result = bytes.slice(0..<2)
    var offset = 2
    var isSequential = false
    var hasEnd = false
    var scans = JPEGScans()
    while true {
      // The next marker; bytes that belong to no segment are left out.
      while offset < bytes.count, bytes[offset] != mark { offset += 1 }
      while offset < bytes.count, bytes[offset] == mark { offset += 1 }
      guard offset < bytes.count else { break }
      let marker = bytes[offset]
      if marker == 0 { continue }
      if marker == JPEGMarker.end {
        hasEnd = true
        break
      }
      guard !restarts.contains(marker), offset + 2 < bytes.count else { return nil }
      let length = Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2])
      guard length >= 2, offset + 1 + length <= bytes.count else { return nil }
      // Its segment.
      var segment = bytes.slice(offset + 1..<offset + 1 + length)
      offset += 1 + length
      if sequentialFrames.contains(marker) { isSequential = true }
      correct(&segment, of: marker, isSequential: isSequential)
      result += [mark, marker] + segment
      if JPEGScans.isFrame(marker) { scans.add(frame: segment) }
      if marker == JPEGMarker.scan { scans.add(scan: segment) }
      // The data of a scan, up to the next marker.
      guard marker == JPEGMarker.scan else { continue }
      let start = offset
      offset = scanEnd(bytes, from: start)
      result += bytes.slice(start..<offset)
    }
    return hasEnd || scans.areComplete ? result + [mark, JPEGMarker.end] : nil
  }

  /// Where the data of a scan that start at `start` end: at the next marker.
  private static func scanEnd(_ bytes: FileBytes, from start: Int) -> Int {
    var offset = start
    while offset < bytes.count {
      guard bytes[offset] == mark else {
        offset += 1
        continue
      }
      guard offset + 1 < bytes.count else { break }
      let next = bytes[offset + 1]
      guard next == 0 || restarts.contains(next) else { break }
      offset += 2
    }
    return offset
  }

  /// The places of the markers after parts of scans, restarts among them, of a file that
  /// ``repaired(_:)`` made.
  static func dataEnds(_ bytes: FileBytes) -> [Int] {
    var ends: [Int] = []
    var offset = 2
    while offset + 4 <= bytes.count, bytes[offset + 1] != JPEGMarker.end {
      let isScan = bytes[offset + 1] == JPEGMarker.scan
      offset += 2 + (Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))
      guard isScan else { continue }
      let end = scanEnd(bytes, from: offset)
      ends += (offset..<end).filter { bytes[$0] == mark && restarts.contains(bytes[$0 + 1]) }
      ends.append(end)
      offset = end
    }
    return ends
  }

  /// How many bytes too many stand before a marker, and before which, by libjpeg's `warning`, if it
  /// is that one.
  static func padding(_ warning: String) -> (count: Int, marker: UInt8)? {
    guard
      let match = warning.firstMatch(
        of: /([0-9]+) extraneous bytes before marker 0x([0-9a-f]+)/),
      let count = Int(match.1), count > 0, let marker = UInt8(match.2, radix: 16)
    else { return nil }
    return (count, marker)
  }

  /// Gives fields of a segment the values that its kind prescribes.
  private static func correct(_ segment: inout [UInt8], of marker: UInt8, isSequential: Bool) {
    switch marker {
    case JPEGMarker.scan where isSequential && segment.count >= 6:
      // A sequential scan has all coefficients with all their bits.
      segment.replaceSubrange(segment.count - 3..<segment.count, with: [0, lastCoefficient, 0])
    case application0 where segment.count >= 9 && segment[2..<7] == [0x4a, 0x46, 0x49, 0x46, 0]:
      // Version 1 of JFIF is the only one.
      segment[7] = 1
    case application14
    where segment.count >= 14 && segment[2..<7] == [0x41, 0x64, 0x6f, 0x62, 0x65]:
      // 0 to 2 are known transforms; 1 is YCbCr, which is what is read where there is no other.
      if segment[13] > 2 { segment[13] = 1 }
    default: break
    }
  }
}

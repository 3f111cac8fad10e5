/// What is used of the data that cameras add to photos (EXIF, CIPA DC-008), structured like TIFF.
enum EXIF {
  /// The tag of the orientation.
  private static let orientationTag: UInt16 = 0x0112
  /// The type of 16-bit numbers.
  private static let shortType: UInt16 = 3
  /// The bytes of an entry of a directory.
  private static let entrySize = 12
  /// What the segment of a JPEG file starts with.
  private static let mark = Array("Exif".utf8) + [0, 0]

  /// The orientation, 1 to 8, that the TIFF structure in `range` names, if it names one.
  static func orientation(_ bytes: FileBytes, in range: Range<Int>) -> Int? {
    guard let (place, isBigEndian) = orientationPlace(bytes, in: range) else { return nil }
    let raw = bytes.load(UInt16.self, at: place)
    let value = isBigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw)
    return (1...8).contains(value) ? Int(value) : nil
  }

  /// The segment of a JPEG file with `data`, a TIFF structure, of a photo that is upright.
  static func segment(upright data: [UInt8]) -> [UInt8] {
    var data = data
    if let (place, isBigEndian) = orientationPlace(FileBytes(data), in: 0..<data.count) {
      data.replaceSubrange(place..<place + 2, with: isBigEndian ? [0, 1] : [1, 0])
    }
    let length = 2 + mark.count + data.count
    return [0xff, JPEGMarker.application1, UInt8(length >> 8), UInt8(length & 255)] + mark + data
  }

  /// Where the TIFF structure in `range` has the value of the orientation, if it has one.
  private static func orientationPlace(_ bytes: FileBytes, in range: Range<Int>)
    -> (place: Int, isBigEndian: Bool)?
  {
    guard range.count >= 8 else { return nil }
    let order = bytes.slice(range.lowerBound..<range.lowerBound + 2)
    guard order == Array("II".utf8) || order == Array("MM".utf8) else { return nil }
    let isBigEndian = order[0] == UInt8(ascii: "M")
    func short(_ offset: Int) -> UInt16? {
      guard offset >= 0, offset <= range.count - 2 else { return nil }
      let raw = bytes.load(UInt16.self, at: range.lowerBound + offset)
      return isBigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw)
    }
    func long(_ offset: Int) -> Int? {
      guard let first = short(offset), let second = short(offset + 2) else { return nil }
      return isBigEndian
        ? Int(first) << 16 | Int(second) : Int(second) << 16 | Int(first)
    }
    guard let directory = long(4), let count = short(directory) else { return nil }
    for entry in 0..<Int(count) {
      let place = directory + 2 + entry * entrySize
      guard let tag = short(place), let type = short(place + 2) else { return nil }
      guard tag == orientationTag, type == shortType, short(place + 8) != nil else { continue }
      return (range.lowerBound + place + 8, isBigEndian)
    }
    return nil
  }

  /// The orientation that a JPEG file's EXIF segment names, 1 if there is none.
  static func orientation(ofJPEG bytes: FileBytes) -> Int {
    var offset = 2
    while offset + 4 <= bytes.count, bytes[offset] == 0xff {
      let marker = bytes[offset + 1]
      // The pixels follow the start of a scan; nothing after it is looked at.
      guard marker != JPEGMarker.scan, marker != JPEGMarker.end else { return 1 }
      let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
      let segment = offset + 4..<min(bytes.count, offset + 2 + max(2, length))
      if marker == JPEGMarker.application1, segment.count > mark.count,
        bytes.slice(segment.lowerBound..<segment.lowerBound + mark.count) == mark
      {
        return orientation(bytes, in: segment.lowerBound + mark.count..<segment.upperBound) ?? 1
      }
      offset += 2 + max(2, length)
    }
    return 1
  }

  /// The orientation that a WebP file's EXIF chunk names, 1 if there is none.
  static func orientation(ofWebP bytes: FileBytes) -> Int {
    var offset = 12
    while offset + 8 <= bytes.count {
      let length = Int(bytes.integer(UInt32.self, at: offset + 4))
      var chunk = offset + 8..<min(bytes.count, offset + 8 + length)
      if bytes.slice(offset..<offset + 4) == Array("EXIF".utf8) {
        // Some programs leave the mark of JPEG's segment in front.
        if chunk.count >= mark.count,
          bytes.slice(chunk.lowerBound..<chunk.lowerBound + mark.count) == mark
        {
          chunk = chunk.lowerBound + mark.count..<chunk.upperBound
        }
        return orientation(bytes, in: chunk) ?? 1
      }
      offset += 8 + length + length % 2
    }
    return 1
  }
}

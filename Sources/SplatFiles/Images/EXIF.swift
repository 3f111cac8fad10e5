import SplatCore

/// What is used of the data that cameras add to photos (EXIF, CIPA DC-008), structured like TIFF.
enum EXIF {
  /// The tag of the orientation.
  private static let orientationTag: UInt16 = 0x0112
  /// The tag of the place of the directory about the photo's taking, and of what it has: the
  /// exposure's time in seconds, the f-number and the sensitivity.
  private static let photoTag: UInt16 = 0x8769
  private static let timeTag: UInt16 = 0x829a
  private static let apertureTag: UInt16 = 0x829d
  private static let sensitivityTag: UInt16 = 0x8827
  /// What the segment of a JPEG file starts with.
  private static let mark = Array("Exif".utf8) + [0, 0]

  /// The orientation, 1 to 8, that the TIFF structure in `range` names, if it names one.
  static func orientation(_ bytes: FileBytes, in range: Range<Int>) -> Int? {
    guard let (structure, place) = orientationPlace(bytes, in: range),
      let value = structure.number(place, .short)
    else { return nil }
    return (1...8).contains(value) ? Int(value) : nil
  }

  /// How bright the camera made the photo, in stops: the logarithm to base 2 of time times
  /// sensitivity over the square of the f-number, from the TIFF structure in `range`; nil if it
  /// does not say.
  ///
  /// Only differences mean anything.
  static func stops(_ bytes: FileBytes, in range: Range<Int>) -> Double? {
    guard let structure = TIFFStructure(bytes, in: range),
      let pointer = structure.value(photoTag, ofTypes: .long, in: structure.directory)
    else { return nil }
    let directory = structure.long(pointer.place)
    func number(_ tag: UInt16, _ types: TIFFStructure.ValueType) -> Double? {
      let found =
        structure.value(tag, ofTypes: types, in: directory)
        ?? structure.value(tag, ofTypes: .short, .long, in: directory)
      return found.flatMap { structure.number($0.place, $0.type) }
    }
    guard let time = number(timeTag, .rational), let sensitivity = number(sensitivityTag, .short),
      time > 0, sensitivity > 0
    else { return nil }
    // Phones and lenses that the camera does not know have one aperture.
    let aperture = number(apertureTag, .rational).flatMap { $0 > 0 ? $0 : nil } ?? 1
    return Double.log(time * sensitivity / (aperture * aperture)) / Double.log(2)
  }

  /// The segment of a JPEG file with `data`, a TIFF structure, of a photo that is upright.
  static func segment(upright data: [UInt8]) -> [UInt8] {
    var data = data
    if let (structure, place) = orientationPlace(FileBytes(data), in: 0..<data.count) {
      data.replaceSubrange(place..<place + 2, with: structure.isBigEndian ? [0, 1] : [1, 0])
    }
    let length = 2 + mark.count + data.count
    return [0xff, JPEGMarker.application1, UInt8(length >> 8), UInt8(length & 255)] + mark + data
  }

  /// The TIFF structure in `range`, and where it has the value of the orientation, if it has one.
  private static func orientationPlace(_ bytes: FileBytes, in range: Range<Int>)
    -> (structure: TIFFStructure, place: Int)?
  {
    guard let structure = TIFFStructure(bytes, in: range),
      let found = structure.value(orientationTag, ofTypes: .short, in: structure.directory)
    else { return nil }
    return (structure, found.place)
  }

  /// Where the TIFF structure of a JPEG file's EXIF segment is, if it has one.
  static func range(ofJPEG bytes: FileBytes) -> Range<Int>? {
    var offset = 2
    while offset + 4 <= bytes.count, bytes[offset] == 0xff {
      let marker = bytes[offset + 1]
      // The pixels follow the start of a scan; nothing after it is looked at.
      guard marker != JPEGMarker.scan, marker != JPEGMarker.end else { return nil }
      let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
      let segment = offset + 4..<min(bytes.count, offset + 2 + max(2, length))
      if marker == JPEGMarker.application1, segment.count > mark.count,
        bytes.slice(segment.lowerBound..<segment.lowerBound + mark.count) == mark
      {
        return segment.lowerBound + mark.count..<segment.upperBound
      }
      offset += 2 + max(2, length)
    }
    return nil
  }

  /// Where the TIFF structure of a WebP file's EXIF chunk is, if it has one.
  static func range(ofWebP bytes: FileBytes) -> Range<Int>? {
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
        return chunk
      }
      offset += 8 + length + length % 2
    }
    return nil
  }
}

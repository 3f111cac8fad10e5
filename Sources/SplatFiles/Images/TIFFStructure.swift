/// The directories of a TIFF structure, such as EXIF data are. Offsets are from its start.
struct TIFFStructure {
  private let bytes: FileBytes
  private let range: Range<Int>
  /// Whether numbers begin with their most significant byte.
  let isBigEndian: Bool

  /// The bytes of an entry of a directory.
  private static let entrySize = 12

  /// The types of values that are read here.
  enum ValueType: UInt16 {
    case short = 3
    case long = 4
    case rational = 5
  }

  /// The structure in `range`; nil if none begins there.
  init?(_ bytes: FileBytes, in range: Range<Int>) {
    guard range.count >= 8 else { return nil }
    let order = bytes.slice(range.lowerBound..<range.lowerBound + 2)
    guard order == Array("II".utf8) || order == Array("MM".utf8) else { return nil }
    self.bytes = bytes
    self.range = range
    isBigEndian = order[0] == UInt8(ascii: "M")
  }

  /// Where the first directory is.
  var directory: Int? { long(4) }

  /// The place of the value of a tag, or of the offset of values that are longer than four bytes;
  /// nil if the directory does not have the tag with one of the types.
  func value(_ tag: UInt16, ofTypes types: ValueType..., in directory: Int?)
    -> (place: Int, type: ValueType)?
  {
    guard let directory, let count = short(directory) else { return nil }
    for entry in 0..<Int(count) {
      let place = directory + 2 + entry * Self.entrySize
      guard let found = short(place), let number = short(place + 2) else { return nil }
      guard found == tag, let type = ValueType(rawValue: number), types.contains(type),
        short(place + 8) != nil
      else { continue }
      return (place + 8, type)
    }
    return nil
  }

  /// The number at a place that ``value(_:ofTypes:in:)`` gives; nil if it is not in the structure.
  func number(_ place: Int, _ type: ValueType) -> Double? {
    switch type {
    case .short: return short(place).map(Double.init)
    case .long: return long(place).map(Double.init)
    case .rational:
      guard let offset = long(place), let above = long(offset), let below = long(offset + 4),
        below > 0
      else { return nil }
      return Double(above) / Double(below)
    }
  }

  private func short(_ offset: Int) -> UInt16? {
    guard offset >= 0, offset <= range.count - 2 else { return nil }
    let raw = bytes.load(UInt16.self, at: range.lowerBound + offset)
    return isBigEndian ? UInt16(bigEndian: raw) : UInt16(littleEndian: raw)
  }

  /// A number of 32 bits, for offsets too.
  func long(_ offset: Int) -> Int? {
    guard let first = short(offset), let second = short(offset + 2) else { return nil }
    return isBigEndian
      ? Int(first) << 16 | Int(second) : Int(second) << 16 | Int(first)
  }
}

extension String {
  /// The text as a part of a path in a URI (RFC 3986): all but letters, digits and `-._~` as the
  /// bytes of UTF-8 in hexadecimal digits.
  var percentEncoded: String {
    let digits = Array("0123456789ABCDEF")
    var result = ""
    for byte in utf8 {
      let character = Unicode.Scalar(byte)
      let isPlain =
        character.isASCII
        && (character.properties.isAlphabetic || character.properties.numericType != nil
          || "-._~".unicodeScalars.contains(character))
      result +=
        isPlain ? String(character) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
    return result
  }

  /// The text with the bytes that ``percentEncoded`` stands for; nothing if they are not UTF-8 or a
  /// sign of percent is without its digits.
  var percentDecoded: String? {
    var bytes: [UInt8] = []
    var rest = utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let digits = String(rest.prefix(2)), rest.first != UInt8(ascii: "+"),
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest.removeFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

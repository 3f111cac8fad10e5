extension String {
  /// A number in a format of C's `printf`, such as `%.3f` or `%.4g`, whatever the locale.
  package init(_ value: Double, format: String) {
    // Enough for the largest number with all its digits.
    var bytes = [CChar](repeating: 0, count: 512)
    _ = unsafe withVaList([value]) { unsafe vsnprintf(&bytes, bytes.count, format, $0) }
    let kept = bytes.prefix { $0 != 0 }
    self.init(decoding: kept.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

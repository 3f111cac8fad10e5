import SplatFiles

extension JSONPlace {
  /// The truth value.
  func truth() throws(FileError) -> Bool {
    guard let truth = bool else { throw bad("is \(kindInWords); true or false was expected") }
    return truth
  }

  /// The number, which must be in `range`.
  func number(in range: ClosedRange<Double>) throws(FileError) -> Float {
    let number = try number()
    guard range.contains(number) else {
      throw bad("is \(number); \(range.lowerBound) to \(range.upperBound) was expected")
    }
    return Float(number)
  }

  /// The whole number, which must be in `range`.
  func wholeNumber(in range: ClosedRange<Int>) throws(FileError) -> Int {
    let number = try number()
    guard number == number.rounded(),
      Double(range.lowerBound) <= number, number <= Double(range.upperBound)
    else {
      throw bad(
        "is \(number); a whole number, \(range.lowerBound) to \(range.upperBound), was expected")
    }
    return Int(number)
  }
}

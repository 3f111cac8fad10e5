import SplatCore
import SplatFiles
import Testing

/// Damaged copies of a file, which a reader must refuse or read, but never die of.
enum HostileBytes {
  /// Reads `file` cut at every byte.
  ///
  /// - Parameter throwing: whether each shorter file must be refused.
  static func cut(
    _ file: [UInt8], throwing: Bool = true, read: ([UInt8]) throws(FileError) -> Void
  ) {
    #expect(fileError { () throws(FileError) in try read(file) } == nil, "the whole file is good")
    for count in 0..<file.count {
      let error = fileError { () throws(FileError) in try read(Array(file.prefix(count))) }
      guard throwing else { continue }
      #expect(error?.kind == .badInput, "cut after \(count) bytes")
    }
  }

  /// Reads `file` with one to eight bytes changed, thousands of times; returns how many were
  /// refused.
  @discardableResult
  static func flip(
    _ file: [UInt8], times: Int = 4000, seed: UInt64 = 7, read: ([UInt8]) throws(FileError) -> Void
  ) -> Int {
    count(file, times: times, seed: seed) { damaged in
      fileError { () throws(FileError) in try read(damaged) } != nil
    }
  }

  /// As ``flip(_:times:seed:read:)``, with a reader that says itself whether it refuses the bytes.
  @discardableResult
  static func count(
    _ file: [UInt8], times: Int, seed: UInt64, refuses: ([UInt8]) -> Bool
  ) -> Int {
    var random = RandomSource(seed: seed, purpose: .testing)
    var refused = 0
    for _ in 0..<times {
      var damaged = file
      for _ in 0...random.index(below: 8) {
        let place = random.index(below: file.count)
        damaged[place] = random.index(below: 3) == 0 ? 0xff : UInt8(random.index(below: 256))
      }
      if refuses(damaged) { refused += 1 }
    }
    return refused
  }
}

import SplatCore

/// The arrays of an SPZ file, each with the bytes of all Gaussians, in the order of
/// ``SPZHeader/arrays``.
struct SPZArrays: Sendable {
  let header: SPZHeader
  /// The arrays one after another.
  let bytes: [UInt8]

  init(header: SPZHeader, bytes: [UInt8]) {
    self.header = header
    self.bytes = bytes
  }

  /// The Gaussians, in this program's frame.
  func decoded() -> Splats {
    var splats = Splats(count: header.count, shDegree: header.shDegree)
    splats.isAntialiased = header.isAntialiased
    let header = header
    bytes.withReadOnlyView { bytes in
      splats.parameters.withView { view in
        let decoder = SPZDecoder(header: header, bytes: bytes)
        Workers().forEachRange(header.count, size: Workers.rowsPerPiece) { range, _ in
          for index in range { decoder.decode(index, into: view) }
        }
      }
    }
    return splats
  }
}

import SplatCore

/// Turns the blocks of ``ParameterBlocks`` into the rows of a binary PLY file.
struct SplatPLYRows {
  /// The plane of each column; a column without one holds zeros.
  let planes: [Int?]

  /// Rows that are converted and written at a time.
  private static let chunk = 32768

  func append(_ parameters: ParameterBlocks, to output: inout FileOutput) throws(FileError) {
    let stride = planes.count
    let width = ParameterBlocks.blockWidth
    // A column without a plane reads the first one and drops it by a mask of zeros.
    let places = planes.map { ($0 ?? 0) * width }
    let masks: [UInt32] = planes.map { $0 == nil ? 0 : .max }
    var rows: [UInt8] = []
    for start in Swift.stride(from: 0, to: parameters.count, by: Self.chunk) {
      let count = min(Self.chunk, parameters.count - start)
      if rows.count != count * stride * 4 {
        rows = [UInt8](repeating: 0, count: count * stride * 4)
      }
      unsafe rows.withUnsafeMutableBytes { raw in
        let words = unsafe raw.bindMemory(to: UInt32.self)
        guard let base = words.baseAddress else { return }
        let target = unsafe BufferView(base: base, count: count * stride)
        parameters.storage.withReadOnlyView { source in
          Workers().forEachRange(count, size: 2048) { range, _ in
            for row in range {
              let index = start + row
              let from = index / width * parameters.planes * width + index % width
              for column in 0..<stride {
                let bits = source[from + places[column]].bitPattern.littleEndian
                target[row * stride + column] = bits & masks[column]
              }
            }
          }
        }
      }
      try output.append(rows)
    }
  }
}

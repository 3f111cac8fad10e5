import SplatCore

/// Turns the blocks of ``ParameterBlocks`` into the rows of a binary PLY file.
struct SplatPLYRows {
  /// The plane of each column; a column without one holds zeros.
  let planes: [Int?]

  func append(_ parameters: ParameterBlocks, to output: inout FileOutput) throws(FileError) {
    let width = ParameterBlocks.blockWidth
    // A column without a plane reads the first one and drops it by a mask of zeros.
    let places = planes.map { ($0 ?? 0) * width }
    let masks: [UInt32] = planes.map { $0 == nil ? 0 : .max }
    let blockSize = parameters.planes * width
    try output.append(rows: parameters.count, size: planes.count * 4) { row, target in
      parameters.storage.withReadOnlyView { source in
        let from = row / width * blockSize + row % width
        for column in 0..<places.count {
          target.store(source[from + places[column]].bitPattern & masks[column], at: column * 4)
        }
      }
    }
  }
}

/// What a sensor or a network knows about how far away the things in a photo are: a value for each
/// cell of a grid that covers the photo, which may be coarser than its pixels.
public struct DepthMap: Sendable, Equatable {
  /// The number of cells in a row.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// height x width, row by row from the top left; 0 where nothing is known.
  ///
  /// Depths are along the camera's z axis, not along rays. Depths of sensors are in world units;
  /// networks give depths or inverse depths that must be aligned to points.
  public let values: [Float]
  /// height x width, how certain the values are, from 0 (not at all) to 255; nil if all are.
  public let confidence: [UInt8]?

  /// Creates a map; values that are negative or not finite become 0.
  public init(width: Int, height: Int, values: [Float], confidence: [UInt8]? = nil) {
    precondition(values.count == width * height, "a map's values fit its size")
    precondition(confidence.map { $0.count == values.count } ?? true, "a confidence for each value")
    self.width = width
    self.height = height
    self.values = values.map { $0 > 0 && $0.isFinite ? $0 : 0 }
    self.confidence = confidence
  }

  /// The cell under the centre of a pixel, when the map covers `columns` x `rows` pixels.
  @inlinable @inline(__always)
  package func cell(x: Int, y: Int, columns: Int, rows: Int) -> Int {
    let column = (2 * x + 1) * width / (2 * columns)
    let row = (2 * y + 1) * height / (2 * rows)
    return row * width + column
  }

  /// The map with the values of the cells under the centres of `newWidth` x `newHeight` larger
  /// ones.
  ///
  /// Values are taken as they are: a mean over an edge is the depth of nothing.
  package func sampled(width newWidth: Int, height newHeight: Int) -> DepthMap {
    guard newWidth != width || newHeight != height else { return self }
    let cells = (0..<newWidth * newHeight).map {
      cell(x: $0 % newWidth, y: $0 / newWidth, columns: newWidth, rows: newHeight)
    }
    return DepthMap(
      width: newWidth, height: newHeight, values: cells.map { values[$0] },
      confidence: confidence.map { confidence in cells.map { confidence[$0] } })
  }

  /// A map of other cells, each with the value at a place of this one.
  ///
  /// - Parameter place: Returns where a cell's centre lies, as shares of the width and the height;
  ///   nil or outside 0...1 where the map has nothing.
  package func sampled(
    width newWidth: Int, height newHeight: Int, place: (_ x: Int, _ y: Int) -> SIMD2<Double>?
  ) -> DepthMap {
    let cells = (0..<newWidth * newHeight).map { index -> Int? in
      guard let place = place(index % newWidth, index / newWidth),
        place.x >= 0, place.y >= 0, place.x <= 1, place.y <= 1
      else { return nil }
      let column = min(Int(place.x * Double(width)), width - 1)
      return min(Int(place.y * Double(height)), height - 1) * width + column
    }
    return DepthMap(
      width: newWidth, height: newHeight, values: cells.map { $0.map { values[$0] } ?? 0 },
      confidence: confidence.map { confidence in cells.map { $0.map { confidence[$0] } ?? 0 } })
  }

  /// The map with certainties, which are those of `columns` x `rows` cells.
  package func with(confidence: [UInt8], width columns: Int, height rows: Int) -> DepthMap {
    let cells = (0..<width * height).map { index in
      let (x, y) = (index % width, index / width)
      return (2 * y + 1) * rows / (2 * height) * columns + (2 * x + 1) * columns / (2 * width)
    }
    return DepthMap(
      width: width, height: height, values: values, confidence: cells.map { confidence[$0] })
  }

  /// Whether no value is known, or none with any certainty.
  public var isEmpty: Bool {
    values.indices.allSatisfy { values[$0] == 0 || confidence?[$0] == 0 }
  }
}

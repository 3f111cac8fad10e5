import SplatCore

/// What is done with a Gaussian at the pixels of a tile.
protocol TileKernel {
  /// The transmittance of the tile's pixels; its sign is set where a pixel has stopped.
  var transmittance: BufferView<Float> { get }
  mutating func begin(_ splat: ProjectedSplat)
  mutating func beginRow(deltaY: Float)
  /// Works on eight pixels from `offset` in the tile's planes, `deltaX` to the right of the mean.
  mutating func blend(offset: Int, deltaX: Lanes)
  mutating func endRow(deltaY: Float)
  mutating func end(_ splat: ProjectedSplat, slot: Int)
}

/// The rows and stretches of rows that are to be visited in a tile.
///
/// The planes of a tile have padding on the right, for the lanes that stick out of it.
struct TileWalk {
  static let stride = TileGrid.tileWidth + Lanes.scalarCount
  static let planeSize = TileGrid.tileHeight * stride
  /// After how many Gaussians the stretches are shortened to the pixels that have not stopped.
  private static let pruneInterval = 32

  /// The place of the tile's first pixel in the image.
  let originX: Int, originY: Int
  /// The part of the tile that lies in the image.
  let width: Int, height: Int
  /// Where the pixels that have not stopped begin and end, for each row; then the same for the ellipse.
  private let bounds: BufferView<Int32>

  static let boundsCount = 4 * (TileGrid.tileHeight + Lanes.scalarCount)
  private static let rowRoom = TileGrid.tileHeight + Lanes.scalarCount

  init(tile: Int, grid: TileGrid, bounds: BufferView<Int32>) {
    originX = tile % grid.columns * TileGrid.tileWidth
    originY = tile / grid.columns * TileGrid.tileHeight
    width = min(TileGrid.tileWidth, grid.width - originX)
    height = min(TileGrid.tileHeight, grid.height - originY)
    self.bounds = bounds
    for row in 0..<TileGrid.tileHeight {
      bounds[row] = 0
      bounds[Self.rowRoom + row] = Int32(width)
    }
  }

  /// Takes `kernel` over the Gaussians of `entries` in order. Returns the number of entries visited: the
  /// rest are behind pixels that have all stopped.
  @inline(__always)
  func run<Kernel: TileKernel>(
    _ kernel: inout Kernel, entries: BufferView<TileEntry>, records: BufferView<ProjectedSplat>
  ) -> Int {
    for index in 0..<entries.count {
      let entry = entries[index]
      let splat = records[Int(entry.record)]
      visit(splat, slot: Int(entry.slot), &kernel)
      if index % Self.pruneInterval == Self.pruneInterval - 1, !prune(kernel.transmittance) {
        return index + 1
      }
    }
    return entries.count
  }

  @inline(__always)
  private func visit<Kernel: TileKernel>(
    _ splat: ProjectedSplat, slot: Int, _ kernel: inout Kernel
  ) {
    let centerX = splat.meanX - Float(originX) - 0.5
    let centerY = splat.meanY - Float(originY) - 0.5
    let slack: Float = 0.01
    let first = Int(min(max(centerY - splat.extentY + 1 - slack, 0), Float(height)))
    let last = Int(min(max(centerY + splat.extentY + 1 + slack, 0), Float(height)))
    kernel.begin(splat)
    if first < last {
      let ellipse = EllipseRows(splat)
      for group in Swift.stride(from: first, to: last, by: Lanes.scalarCount) {
        findStretches(ellipse, firstRow: group, centerX: centerX, centerY: centerY)
      }
      for row in first..<last {
        var x = Int(max(bounds[row], bounds[2 * Self.rowRoom + row]))
        let end = Int(min(bounds[Self.rowRoom + row], bounds[3 * Self.rowRoom + row]))
        guard x < end else { continue }
        let deltaY = Float(row) - centerY
        kernel.beginRow(deltaY: deltaY)
        repeat {
          kernel.blend(
            offset: row * Self.stride + x,
            deltaX: Lanes(repeating: Float(x) - centerX) + Lanes.ramp)
          x += Lanes.scalarCount
        } while x < end
        kernel.endRow(deltaY: deltaY)
      }
    }
    kernel.end(splat, slot: slot)
  }

  /// Notes where the ellipse cuts eight rows: from the first pixel centre inside to past the last.
  @inline(__always)
  private func findStretches(
    _ ellipse: EllipseRows, firstRow: Int, centerX: Float, centerY: Float
  ) {
    let h = Lanes(repeating: Float(firstRow) - centerY) + Lanes.ramp
    let middle = Lanes(repeating: centerX).addingProduct(h, Lanes(repeating: ellipse.slope))
    let half = ellipse.halfWidth(h)
    // Adding the magic number rounds to the nearest; 0.49 on top rounds up but for a hair.
    let limit = Lanes(Double(TileGrid.tileWidth))
    let low = (middle - half + Lanes(0.49)).clamped(from: Lanes(0), to: limit)
    let high = (middle + half + Lanes(0.51)).clamped(from: Lanes(0), to: limit)
    let start = 2 * Self.rowRoom + firstRow
    bounds.setRounded(start, low)
    bounds.setRounded(start + Self.rowRoom, high)
  }

  /// Shortens the rows to the pixels that have not stopped. Returns false if none is left.
  private func prune(_ transmittance: BufferView<Float>) -> Bool {
    var isAnyLeft = false
    for row in 0..<height {
      var low = Int(bounds[row])
      var high = Int(bounds[Self.rowRoom + row])
      let start = row * Self.stride
      while low < high, !isAlive(transmittance, start + low) {
        low = min(low + Lanes.scalarCount, high)
      }
      while low < high, !isAlive(transmittance, start + max(low, high - Lanes.scalarCount)) {
        high = max(low, high - Lanes.scalarCount)
      }
      bounds[row] = Int32(low)
      bounds[Self.rowRoom + row] = Int32(high)
      if low < high { isAnyLeft = true }
    }
    return isAnyLeft
  }

  @inline(__always)
  private func isAlive(_ transmittance: BufferView<Float>, _ offset: Int) -> Bool {
    (transmittance.lanes(offset) .> Lanes(0)).isAnyTrue
  }
}

extension BufferView where Element == Int32 {
  /// Writes the integers nearest to eight numbers of -2^22...2^22.
  @inline(__always)
  fileprivate func setRounded(_ index: Int, _ values: Lanes) {
    let rounded = values.roundedBits
    for lane in 0..<Lanes.scalarCount { self[index + lane] = rounded[lane] }
  }
}

extension TileWalk {
  /// Writes `value` to the pixels of a tile's plane that lie in the image.
  func fillInside(_ plane: BufferView<Float>, _ value: Float) {
    for row in 0..<height { plane.slice(row * Self.stride..<row * Self.stride + width).fill(value) }
  }
}

package import SplatCore
package import SplatMetrics

/// What a photo does to the light of a scene beyond its ``Exposure``: affine maps of colours that
/// depend on the place in the photo and on how bright it is there, as shadows that a camera lifts
/// do.
///
/// The maps belong to the nodes of a grid over the photo's width and height and the brightness
/// (Chen et al., "Real-time Edge-Aware Image Processing with the Bilateral Grid", 2007; Wang et
/// al., "Bilateral Guided Radiance Field Processing", 2024). Between nodes they are interpolated
/// linearly. They say what is added to a colour, so that zeros change nothing.
package struct BilateralGrid: Sendable {
  /// The numbers of nodes.
  package struct Size: Hashable, Sendable {
    /// Along the photo's width, its height and the brightness; 1 or more each.
    package let columns: Int, rows: Int, levels: Int

    package init(columns: Int, rows: Int, levels: Int) {
      (self.columns, self.rows, self.levels) = (columns, rows, levels)
    }

    /// The numbers of a row of nodes.
    fileprivate var rowCount: Int { columns * levels * BilateralGrid.mapSize }
    /// The numbers of all nodes.
    package var count: Int { rows * rowCount }
  }

  /// The numbers of a ``ColorMap``.
  fileprivate static let mapSize = 12

  private let size: Size
  /// The maps of the nodes: all levels of a column, then the next column of a row.
  private let values: [Float]

  package init(_ values: [Float], size: Size) {
    precondition(values.count == size.count, "a map for each node")
    (self.values, self.size) = (values, size)
  }

  // MARK: The step

  /// What is added to a colour: for each channel, a multiple of each channel of the light and of
  /// the opacity.
  package struct ColorMap<Scalar: Real>: Sendable {
    /// The factors of the light's channels.
    package var red: Vector3<Scalar>, green: Vector3<Scalar>, blue: Vector3<Scalar>
    /// The factors of the opacity.
    package var offset: Vector3<Scalar>

    package init(
      red: Vector3<Scalar>, green: Vector3<Scalar>, blue: Vector3<Scalar>, offset: Vector3<Scalar>
    ) {
      (self.red, self.green, self.blue, self.offset) = (red, green, blue, offset)
    }

    /// What is added to `pixel`.
    @inline(__always)
    fileprivate func added(to pixel: Pixel<Scalar>) -> Vector3<Scalar> {
      Vector3(red.dot(pixel.light), green.dot(pixel.light), blue.dot(pixel.light))
        + offset * pixel.alpha
    }
  }

  /// A pixel before it is changed.
  package struct Pixel<Scalar: Real>: Sendable {
    /// The model's colour in the photo's exposure, times the opacity.
    package var light: Vector3<Scalar>
    package var alpha: Scalar
    /// Its place among the columns and levels of nodes.
    package var column: Scalar, level: Scalar

    package init(light: Vector3<Scalar>, alpha: Scalar, column: Scalar, level: Scalar) {
      (self.light, self.alpha, self.column, self.level) = (light, alpha, column, level)
    }
  }

  /// The share of a node in a place.
  @inline(__always)
  private static func weight<Scalar: Real>(_ place: Scalar, node: Scalar) -> Scalar {
    Scalar(1) - (place - node).magnitude.limited(to: Scalar(1))
  }

  /// The derivative of ``weight(_:node:)``.
  @inline(__always)
  private static func weightSlope<Scalar: Real>(_ place: Scalar, node: Scalar) -> Scalar {
    let offset = place - node
    let slope = Scalar(1).replaced(by: Scalar(-1), where: Scalar(0).isLess(than: offset))
    return slope.replaced(by: Scalar(0), where: Scalar(1).isAtMost(offset.magnitude))
  }

  /// Returns what the node at `column` and `level` adds to a pixel.
  @inline(__always)
  package static func forward<Scalar: Real>(
    _ pixel: Pixel<Scalar>, _ map: ColorMap<Scalar>, column: Scalar, level: Scalar
  ) -> Vector3<Scalar> {
    let u = weight(pixel.column, node: column)
    let v = weight(pixel.level, node: level)  // (1)
    return map.added(to: pixel) * (u * v)  // (2)
  }

  /// Returns the gradients of the pixel's light, opacity and level and of the node's map.
  ///
  /// Numbers in the margin name the line of forward being differentiated.
  @inline(__always)
  package static func backward<Scalar: Real>(
    _ pixel: Pixel<Scalar>, _ map: ColorMap<Scalar>, column: Scalar, level: Scalar,
    grad: Vector3<Scalar>
  ) -> (light: Vector3<Scalar>, alpha: Scalar, level: Scalar, map: ColorMap<Scalar>) {
    let u = weight(pixel.column, node: column)
    let v = weight(pixel.level, node: level)
    let gradAdded = grad * (u * v)  // (2)
    let slope = u * weightSlope(pixel.level, node: level)
    return (
      light: map.red * gradAdded.x + map.green * gradAdded.y + map.blue * gradAdded.z,  // (2)
      alpha: map.offset.dot(gradAdded),  // (2)
      level: grad.dot(map.added(to: pixel)) * slope,  // (1) (2)
      map: ColorMap(
        red: pixel.light * gradAdded.x, green: pixel.light * gradAdded.y,
        blue: pixel.light * gradAdded.z, offset: gradAdded * pixel.alpha)  // (2)
    )
  }

  /// How bright a colour is (ITU-R BT.601).
  @inline(__always)
  private static func brightnessFactors<Scalar: Real>() -> Vector3<Scalar> {
    Vector3(Scalar(0.299), Scalar(0.587), Scalar(0.114))
  }

  /// Returns the place of a colour among the levels: that of black is 0 and that of white `last`.
  @inline(__always)
  package static func level<Scalar: Real>(of light: Vector3<Scalar>, last: Scalar) -> Scalar {
    brightnessFactors().dot(light).clamped(from: Scalar(0), to: Scalar(1)) * last
  }

  /// Returns the gradient of the colour.
  @inline(__always)
  package static func levelBackward<Scalar: Real>(
    of light: Vector3<Scalar>, last: Scalar, grad: Scalar
  ) -> Vector3<Scalar> {
    let brightness = brightnessFactors().dot(light)
    let inside = (grad * last)
      .replaced(by: Scalar(0), where: brightness.isLess(than: Scalar(0)))
      .replaced(by: Scalar(0), where: Scalar(1).isLess(than: brightness))
    return brightnessFactors() * inside
  }

  // MARK: The penalty

  /// Returns what maps cost that differ from one another or change much, and the gradient: the mean
  /// of the squared differences between neighbours along each axis, times `variation`, and the mean
  /// square of all numbers, times `weight`.
  package static func penalty<Scalar: Real>(
    _ values: [Scalar], size: Size, variation: Scalar, weight: Scalar
  ) -> (value: Scalar, gradient: [Scalar]) {
    var sum = Scalar(0)
    // How large the maps are.
    let share = weight / Scalar(Double(size.count))
    var gradient = values.map { value in
      sum += share * value * value
      return Scalar(2) * share * value
    }
    // How much they differ along each axis.
    var step = mapSize
    for nodes in [size.levels, size.columns, size.rows] {
      let length = step * nodes
      let pairs = size.count / nodes * (nodes - 1)
      let share = variation / Scalar(Double(max(1, pairs)))
      for start in stride(from: 0, to: size.count, by: length) {
        for index in start..<start + length - step {
          let difference = values[index + step] - values[index]
          sum += share * difference * difference
          gradient[index + step] += Scalar(2) * share * difference
          gradient[index] -= Scalar(2) * share * difference
        }
      }
      step = length
    }
    return (sum, gradient)
  }

  // MARK: Images

  /// Memory for the photo in use.
  package final class Memory {
    fileprivate let image = Buffer<Float>(), alpha = Buffer<Float>()
    fileprivate let maps = Buffer<Float>(), sums = Buffer<Float>(), totals = Buffer<Float>()

    package init() {}
  }

  /// Changes the exposed render of a photo.
  ///
  /// - Parameters:
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  ///   - background: What lies behind the scene in the render, which does not change.
  ///   - memory: Keeps the render for the way back.
  package func apply(
    to images: ImagePair, transmittance: BufferView<Float>, background: SIMD3<Float>,
    memory: Memory, workers: Workers
  ) {
    let render = images.render
    let image = memory.image.view(count: render.values.count)
    image.copy(render.values)
    let rows = Rows(render, image, transmittance, background, size)
    let pieces = pieces(height: render.height)
    let maps = memory.maps.view(count: workers.threads * size.rowCount)
    workers.forEach(pieces.count) { piece, worker in
      let maps = maps.slice(worker * size.rowCount..<(worker + 1) * size.rowCount)
      for row in pieces[piece].rows {
        interpolate(place(row, height: render.height), into: maps)
        for x in stride(from: 0, to: render.width, by: Lanes.scalarCount) {
          let pixels = rows.pixels(x: x, row: row)
          var added = Vector3<Lanes>.zero
          forEachNode(near: pixels) { index, column, level in
            added += Self.forward(pixels, maps.map(at: index), column: column, level: level)
          }
          rows.write(rows.image(x: x, row: row) + added, x: x, row: row)
        }
      }
    }
  }

  /// Turns the gradient of the changed image into that of the exposed render, and the image back
  /// into that render.
  ///
  /// - Parameters:
  ///   - gradient: A plane of height x width for each channel.
  ///   - transmittance: In the layout of a channel of `images.render`, from its first pixel on.
  /// - Returns: The gradient of the grid's numbers, and that of alpha, height x width, where the
  ///   render's colours stay the same.
  package func backward(
    _ images: ImagePair, gradient: [BufferView<Float>], transmittance: BufferView<Float>,
    background: SIMD3<Float>, memory: Memory, workers: Workers
  ) -> (values: [Float], alpha: BufferView<Float>) {
    // Lay out the memory.
    let render = images.render
    let (width, height) = (render.width, render.height)
    let image = memory.image.view(count: render.values.count)
    let rows = Rows(render, image, transmittance, background, size)
    let behind = Vector3(
      Lanes(repeating: background.x), Lanes(repeating: background.y),
      Lanes(repeating: background.z))
    let last = Lanes(repeating: Float(size.levels - 1))
    let pieces = pieces(height: height)
    let (rowCount, threads) = (size.rowCount, workers.threads)
    let alpha = memory.alpha.view(count: width * height)
    let maps = memory.maps.view(count: threads * rowCount)
    let sums = memory.sums.view(count: threads * 3 * rowCount * Lanes.scalarCount)
    let totals = memory.totals.view(count: pieces.count * 2 * rowCount)
    // Go back through each piece, which has sums of its own.
    workers.forEach(pieces.count) { piece, worker in
      let maps = maps.slice(worker * rowCount..<(worker + 1) * rowCount)
      let sums = NodeSums(sums, worker: worker, rowCount: rowCount)
      for row in pieces[piece].rows {
        let place = place(row, height: height)
        interpolate(place, into: maps)
        for x in stride(from: 0, to: width, by: Lanes.scalarCount) {
          let (index, count) = (row * width + x, min(Lanes.scalarCount, width - x))
          let pixels = rows.pixels(x: x, row: row)
          let grad = Vector3(
            gradient[0].lanes(index, count: count), gradient[1].lanes(index, count: count),
            gradient[2].lanes(index, count: count))
          // Add up the gradients by way of the nodes near eight pixels.
          var (light, gradAlpha, gradLevel) = (Vector3<Lanes>.zero, Lanes(0), Lanes(0))
          forEachNode(near: pixels) { index, column, level in
            let back = Self.backward(
              pixels, maps.map(at: index), column: column, level: level, grad: grad)
            light += back.light
            gradAlpha += back.alpha
            gradLevel += back.level
            sums.add(back.map, at: index)
          }
          light += Self.levelBackward(of: pixels.light, last: last, grad: gradLevel)
          // The light is what the render has beyond the background times 1 - alpha.
          alpha.setLanes(index, gradAlpha + light.dot(behind), count: count)
          gradient[0].setLanes(index, grad.x + light.x, count: count)
          gradient[1].setLanes(index, grad.y + light.y, count: count)
          gradient[2].setLanes(index, grad.z + light.z, count: count)
        }
        sums.finishRow(upperShare: place.upperShare)
      }
      sums.finish(into: totals.slice(piece * 2 * rowCount..<(piece + 1) * 2 * rowCount))
    }
    render.values.copy(image)
    // Add up the pieces, in their order.
    var result = [Float](repeating: 0, count: size.count)
    for (piece, rows) in pieces.enumerated() {
      let (lower, upper) = (rows.cell, min(rows.cell + 1, size.rows - 1))
      for index in 0..<rowCount {
        result[lower * rowCount + index] += totals[piece * 2 * rowCount + index]
        result[upper * rowCount + index] += totals[(piece * 2 + 1) * rowCount + index]
      }
    }
    return (result, alpha)
  }

  // MARK: Rows

  /// A row of pixels between two rows of nodes: that at `cell` and the next, which has a share.
  private struct Place {
    let cell: Int
    let upperShare: Float
  }

  private func place(_ row: Int, height: Int) -> Place {
    let place = (Float(row) + 0.5) * Float(size.rows - 1) / Float(height)
    let cell = min(Int(place), max(0, size.rows - 2))
    return Place(cell: cell, upperShare: place - Float(cell))
  }

  /// Some rows of an image between the same rows of nodes.
  private struct Piece: Sendable {
    let rows: Range<Int>
    let cell: Int
  }

  /// The largest number of rows of a piece.
  private static let pieceHeight = 32

  /// The image in pieces, which do not depend on the number of threads.
  private func pieces(height: Int) -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    while start < height {
      let cell = place(start, height: height).cell
      var end = start + 1
      while end < min(height, start + Self.pieceHeight), place(end, height: height).cell == cell {
        end += 1
      }
      pieces.append(Piece(rows: start..<end, cell: cell))
      start = end
    }
    return pieces
  }

  /// Writes the maps of a row of pixels.
  private func interpolate(_ place: Place, into maps: BufferView<Float>) {
    let (lower, upper) = (place.cell, min(place.cell + 1, size.rows - 1))
    let count = size.rowCount
    values.withReadOnlyView { values in
      for index in stride(from: 0, to: count, by: 4) {
        let (a, b) = (values.four(lower * count + index), values.four(upper * count + index))
        maps.setFour(index, a + (b - a) * place.upperShare)
      }
    }
  }

  /// Calls `body` with the nodes near eight pixels of a row: the indices of their maps and their
  /// places.
  @inline(__always)
  private func forEachNode(
    near pixels: Pixel<Lanes>, _ body: (_ index: Int, _ column: Lanes, _ level: Lanes) -> Void
  ) {
    let first = min(Int(pixels.column[0]), size.columns - 1)
    let last = min(Int(pixels.column[7]) + 1, size.columns - 1)
    for level in 0..<size.levels {
      let place = Lanes(repeating: Float(level))
      guard (Self.weight(pixels.level, node: place) .> Lanes(0)).isAnyTrue else { continue }
      for column in first...last {
        body(
          (column * size.levels + level) * Self.mapSize, Lanes(repeating: Float(column)), place)
      }
    }
  }

  /// The rows of a render.
  private struct Rows: Sendable {
    private let render: PaddedPlanes
    /// The exposed render.
    private let image: BufferView<Float>
    private let transmittance: BufferView<Float>
    private let background: SIMD3<Float>
    private let columnsPerPixel: Float
    private let lastLevel: Float

    init(
      _ render: PaddedPlanes, _ image: BufferView<Float>, _ transmittance: BufferView<Float>,
      _ background: SIMD3<Float>, _ size: Size
    ) {
      (self.render, self.image, self.transmittance) = (render, image, transmittance)
      self.background = background
      columnsPerPixel = Float(size.columns - 1) / Float(render.width)
      lastLevel = Float(size.levels - 1)
    }

    /// Eight pixels of the exposed render.
    @inline(__always)
    func image(x: Int, row: Int) -> Vector3<Lanes> {
      Vector3(
        image.lanes(render.rowStart(channel: 0, row) + x),
        image.lanes(render.rowStart(channel: 1, row) + x),
        image.lanes(render.rowStart(channel: 2, row) + x))
    }

    @inline(__always)
    func write(_ color: Vector3<Lanes>, x: Int, row: Int) {
      render.values.setLanes(render.rowStart(channel: 0, row) + x, color.x)
      render.values.setLanes(render.rowStart(channel: 1, row) + x, color.y)
      render.values.setLanes(render.rowStart(channel: 2, row) + x, color.z)
    }

    /// The same eight pixels without what lies behind the scene; beyond the row's end they are 0.
    @inline(__always)
    func pixels(x: Int, row: Int) -> Pixel<Lanes> {
      let count = min(Lanes.scalarCount, render.width - x)
      let left = transmittance.lanes(row * render.stride + x, count: count)
      let behind = Vector3(
        left * Lanes(repeating: background.x), left * Lanes(repeating: background.y),
        left * Lanes(repeating: background.z))
      let light = image(x: x, row: row) - behind
      let isOutside = Lanes(repeating: Float(count)) .<= Lanes.ramp
      return Pixel(
        light: light, alpha: (Lanes(1) - left).replaced(by: Lanes(0), where: isOutside),
        column: (Lanes(repeating: Float(x) + 0.5) + Lanes.ramp) * Lanes(repeating: columnsPerPixel),
        level: BilateralGrid.level(of: light, last: Lanes(repeating: lastLevel)))
    }
  }

  /// Sums of the gradients of nodes' maps over pixels, lane by lane.
  private struct NodeSums {
    private let row: BufferView<Float>
    /// The shares of the two rows of nodes beside the rows of pixels.
    private let lower: BufferView<Float>, upper: BufferView<Float>
    private let rowCount: Int

    /// Begins with zeros, in a worker's part of `memory`.
    init(_ memory: BufferView<Float>, worker: Int, rowCount: Int) {
      self.rowCount = rowCount
      let size = rowCount * Lanes.scalarCount
      let mine = memory.slice(worker * 3 * size..<(worker + 1) * 3 * size)
      mine.fill(0)
      row = mine.slice(0..<size)
      lower = mine.slice(size..<2 * size)
      upper = mine.slice(2 * size..<3 * size)
    }

    @inline(__always)
    func add(_ map: ColorMap<Lanes>, at index: Int) {
      let start = index * Lanes.scalarCount
      @inline(__always)
      func add(_ value: Lanes, _ number: Int) {
        let place = start + number * Lanes.scalarCount
        row.setLanes(place, row.lanes(place) + value)
      }
      add(map.red.x, 0)
      add(map.red.y, 1)
      add(map.red.z, 2)
      add(map.offset.x, 3)
      add(map.green.x, 4)
      add(map.green.y, 5)
      add(map.green.z, 6)
      add(map.offset.y, 7)
      add(map.blue.x, 8)
      add(map.blue.y, 9)
      add(map.blue.z, 10)
      add(map.offset.z, 11)
    }

    /// Divides the sums of a row of pixels between the rows of nodes beside it.
    func finishRow(upperShare: Float) {
      let (below, above) = (Lanes(repeating: 1 - upperShare), Lanes(repeating: upperShare))
      for place in stride(from: 0, to: row.count, by: Lanes.scalarCount) {
        let sum = row.lanes(place)
        lower.setLanes(place, lower.lanes(place).addingProduct(sum, below))
        upper.setLanes(place, upper.lanes(place).addingProduct(sum, above))
        row.setLanes(place, Lanes(0))
      }
    }

    /// Writes the sums of the lower row of nodes, then those of the upper one.
    func finish(into totals: BufferView<Float>) {
      for index in 0..<rowCount {
        totals[index] = lower.lanes(index * Lanes.scalarCount).total
        totals[rowCount + index] = upper.lanes(index * Lanes.scalarCount).total
      }
    }
  }
}

extension BufferView where Element == Float {
  /// The map at an index, the same in all lanes.
  @inline(__always)
  fileprivate func map(at index: Int) -> BilateralGrid.ColorMap<Lanes> {
    let (red, green, blue) = (four(index), four(index + 4), four(index + 8))
    @inline(__always)
    func factors(_ four: SIMD4<Float>) -> Vector3<Lanes> {
      Vector3(
        Lanes(repeating: four.x), Lanes(repeating: four.y), Lanes(repeating: four.z))
    }
    return BilateralGrid.ColorMap(
      red: factors(red), green: factors(green), blue: factors(blue),
      offset: Vector3(
        Lanes(repeating: red.w), Lanes(repeating: green.w), Lanes(repeating: blue.w)))
  }
}

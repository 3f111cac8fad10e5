import SplatCore
import SplatMetrics
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct BilateralGridTests {
  // MARK: The step

  private typealias ColorMap = BilateralGrid.ColorMap<Double>
  private typealias Pixel = BilateralGrid.Pixel<Double>

  private static let mapSize = 12

  private func map(_ values: some Collection<Double>) -> ColorMap {
    let v = Array(values)
    return ColorMap(
      red: Vector3(v[0], v[1], v[2]), green: Vector3(v[3], v[4], v[5]),
      blue: Vector3(v[6], v[7], v[8]), offset: Vector3(v[9], v[10], v[11]))
  }

  private func numbers(_ map: ColorMap) -> [Double] {
    [map.red, map.green, map.blue, map.offset].flatMap { [$0.x, $0.y, $0.z] }
  }

  /// The light, the opacity and the maps of some nodes give what is added to a pixel; the light
  /// also chooses between the nodes. Half of the colours are darker than black or lighter than
  /// white.
  @Test(arguments: UInt64(0)..<40) func backwardIsTheSlopeOfForward(seed: UInt64) {
    let (columns, levels) = (3, 4)
    var random = RandomSource(seed: seed, purpose: .testing)
    let reach = seed % 2 == 0 ? 1.0 : 3
    var inputs = (0..<3).map { _ in 0.5 + reach * (random.uniformDouble() - 0.5) }
    inputs.append(random.uniformDouble())
    inputs += (0..<columns * levels * Self.mapSize).map { _ in Double(random.normal()) }
    let column = random.uniformDouble() * Double(columns - 1)
    let last = Double(levels - 1)

    func pixel(_ inputs: [Double]) -> Pixel {
      let light = Vector3(inputs[0], inputs[1], inputs[2])
      return Pixel(
        light: light, alpha: inputs[3], column: column,
        level: BilateralGrid.level(of: light, last: last))
    }
    func forEachNode(
      _ inputs: [Double], _ body: (_ map: ColorMap, _ column: Double, _ level: Double) -> Void
    ) {
      for node in 0..<columns * levels {
        let start = 4 + node * Self.mapSize
        body(
          map(inputs[start..<start + Self.mapSize]), Double(node / levels), Double(node % levels))
      }
    }
    let error = GradientCheck.worstError(
      inputs: inputs, weights: (0..<3).map { _ in Double(random.normal()) },
      forward: { inputs in
        var sum = Vector3<Double>.zero
        forEachNode(inputs) { map, column, level in
          sum += BilateralGrid.forward(pixel(inputs), map, column: column, level: level)
        }
        return [sum.x, sum.y, sum.z]
      },
      backward: { inputs, grad in
        let pixel = pixel(inputs)
        var (light, alpha, gradLevel) = (Vector3<Double>.zero, 0.0, 0.0)
        var maps: [Double] = []
        forEachNode(inputs) { map, column, level in
          let back = BilateralGrid.backward(
            pixel, map, column: column, level: level, grad: Vector3(grad[0], grad[1], grad[2]))
          light += back.light
          alpha += back.alpha
          gradLevel += back.level
          maps += numbers(back.map)
        }
        light += BilateralGrid.levelBackward(of: pixel.light, last: last, grad: gradLevel)
        return [light.x, light.y, light.z, alpha] + maps
      })
    #expect(error < GradientCheck.tolerance, "seed \(seed): \(error)")
  }

  @Test func thePenaltysGradientIsItsSlope() {
    for (columns, rows, levels) in [(3, 2, 4), (1, 1, 1), (2, 1, 3)] {
      let size = BilateralGrid.Size(columns: columns, rows: rows, levels: levels)
      var random = RandomSource(seed: 5, purpose: .testing)
      let error = GradientCheck.worstError(
        inputs: (0..<size.count).map { _ in Double(random.normal()) }, weights: [1],
        forward: { [BilateralGrid.penalty($0, size: size, variation: 3, weight: 0.7).value] },
        backward: { values, _ in
          BilateralGrid.penalty(values, size: size, variation: 3, weight: 0.7).gradient
        })
      #expect(error < GradientCheck.tolerance, "\(size): \(error)")
    }
  }

  /// The same map everywhere has no variation; a step between two halves has one along its axis.
  @Test func thePenaltyIsAMeanOverNeighbours() {
    let size = BilateralGrid.Size(columns: 4, rows: 3, levels: 2)
    let same = [Double](repeating: 2, count: size.count)
    func cost(_ values: [Double], variation: Double, weight: Double) -> Double {
      BilateralGrid.penalty(values, size: size, variation: variation, weight: weight).value
    }
    #expect(cost(same, variation: 10, weight: 0) == 0)
    #expect(abs(cost(same, variation: 10, weight: 0.5) - 2) < 1e-12)
    let levels = (0..<size.count).map { Double($0 / Self.mapSize % 2) }
    #expect(abs(cost(levels, variation: 10, weight: 0) - 10) < 1e-12)
    // Of three steps between columns one is 1.
    let columns = (0..<size.count).map { $0 / (2 * Self.mapSize) % 4 < 2 ? 0.0 : 1 }
    #expect(abs(cost(columns, variation: 9, weight: 0) - 3) < 1e-12)
  }

  // MARK: Images

  /// An image with random light, opacity and grid.
  private final class Example {
    let (width, height) = (21, 75)
    let size = BilateralGrid.Size(columns: 3, rows: 3, levels: 4)
    var light: [Float] = []
    var transmittance: [Float] = []
    var weights: [Float] = []
    var values: [Float] = []
    var background = SIMD3<Float>(0.9, 0.2, 0.5)
    var threads = 2
    private let buffers = (PaddedBuffer(), PaddedBuffer(), Buffer<Float>(), Buffer<Float>())
    private let memory = BilateralGrid.Memory()

    init() {
      var random = RandomSource(seed: 3, purpose: .testing)
      for _ in 0..<3 * width * height {
        light.append(0.1 + 0.8 * random.uniform())
        weights.append(random.uniform() - 0.5)
      }
      transmittance = (0..<width * height).map { _ in random.uniform() }
      values = (0..<size.count).map { _ in 0.2 * random.normal() }
    }

    private var images: ImagePair {
      let photo = buffers.1.planes(width: width, height: height)
      return ImagePair(
        render: buffers.0.planes(width: width, height: height), photo: photo,
        mask: photo.values.slice(0..<0))
    }

    /// The pixels of the render, as they are now.
    var pixels: [Float] {
      let render = images.render
      return (0..<3 * width * height).map { place in
        let (row, x) = (place / width, place % width)
        return render.values[
          render.rowStart(channel: row / height, row % height) + x]
      }
    }

    private func left(_ render: PaddedPlanes) -> BufferView<Float> {
      let left = buffers.2.view(count: render.planeSize)
      left.fill(0)
      for y in 0..<height {
        for x in 0..<width { left[y * render.stride + x] = transmittance[y * width + x] }
      }
      return left
    }

    /// Draws the light over the background.
    func draw() {
      let render = images.render
      for place in light.indices {
        let (channel, pixel) = (place / (width * height), place % (width * height))
        render.values[render.rowStart(channel: channel, pixel / width) + pixel % width] =
          light[place] + background[channel] * transmittance[pixel]
      }
    }

    /// The image that the grid makes of it.
    func applied() -> [Float] {
      draw()
      BilateralGrid(values, size: size).apply(
        to: images, transmittance: left(images.render), background: background, memory: memory,
        workers: Workers(threads: threads))
      return pixels
    }

    /// The weighted sum over that image.
    func sum() -> Double {
      zip(applied(), weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// The gradients of the sum, after ``applied()``.
    func backward() -> (values: [Float], image: [Float], alpha: [Float]) {
      let planeSize = width * height
      let gradient = buffers.3.view(count: 3 * planeSize)
      for place in weights.indices { gradient[place] = weights[place] }
      let back = BilateralGrid(values, size: size).backward(
        images,
        gradient: (0..<3).map { gradient.slice($0 * planeSize..<($0 + 1) * planeSize) },
        transmittance: left(images.render), background: background, memory: memory,
        workers: Workers(threads: threads))
      return (
        back.values, (0..<3 * planeSize).map { gradient[$0] },
        (0..<planeSize).map { back.alpha[$0] }
      )
    }
  }

  @Test func backwardOfAnImageIsTheSlopeOfApply() {
    let example = Example()
    example.draw()
    let drawn = example.pixels
    #expect(example.applied() != drawn)
    let back = example.backward()
    #expect(example.pixels == drawn)
    func check(
      _ path: ReferenceWritableKeyPath<Example, [Float]>, _ index: Int, _ found: Double,
      _ name: String
    ) {
      let value = example[keyPath: path][index]
      let (above, below) = (value + 0.004, value - 0.004)
      example[keyPath: path][index] = above
      let more = example.sum()
      example[keyPath: path][index] = below
      let less = example.sum()
      example[keyPath: path][index] = value
      let slope = (more - less) / Double(above - below)
      #expect(
        abs(slope - found) < 3e-3 * max(1, abs(slope)), "\(name) \(index): \(slope), \(found)")
    }
    for index in stride(from: 0, to: example.values.count, by: 7) {
      check(\.values, index, Double(back.values[index]), "number")
    }
    let planeSize = example.width * example.height
    for pixel in [0, 7, 20, 500, 777, planeSize - 1] {
      for channel in 0..<3 {
        let index = channel * planeSize + pixel
        check(\.light, index, Double(back.image[index]), "light")
      }
      // The light stays the same here: then the render changes with the background's share.
      let behind = (0..<3).reduce(0.0) { sum, channel in
        sum + Double(back.image[channel * planeSize + pixel]) * Double(example.background[channel])
      }
      check(\.transmittance, pixel, behind - Double(back.alpha[pixel]), "transmittance")
    }
  }

  @Test func whatLiesBehindTheSceneStaysAsItIs() {
    let example = Example()
    let background = example.background
    let some = example.applied()
    example.background = .zero
    let black = example.applied()
    let planeSize = example.width * example.height
    for place in some.indices {
      let behind = background[place / planeSize] * example.transmittance[place % planeSize]
      #expect(abs(some[place] - black[place] - behind) < 1e-5)
    }
    // Where the scene shows nothing there is nothing to change.
    example.background = background
    example.light = example.light.map { _ in 0 }
    example.transmittance = example.transmittance.map { _ in 1 }
    for (place, value) in example.applied().enumerated() {
      #expect(value == background[place / planeSize])
    }
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() {
    let example = Example()
    example.threads = 1
    let image = example.applied()
    let back = example.backward()
    for threads in [2, 3, 8] {
      example.threads = threads
      #expect(example.applied() == image)
      #expect(example.backward() == back)
    }
  }

  // MARK: Training

  @Test func aGridOfZerosChangesNothing() throws {
    // With a learning rate of 0 grids stay as they are.
    var settings = TrainingScenes.settings(.adc)
    settings.background = .random
    settings.appearance.kind = .exposure
    func trained() throws -> Splats {
      let trainer = try Trainer(
        views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
      trainer.run { _ in true }
      return trainer.splats
    }
    let exposed = try trained()
    settings.appearance.kind = .grid
    settings.appearance.gridRate = 0
    #expect(try trained() == exposed)
  }

  /// A photo after a pass of all of them has what it does not share with the others.
  @Test func whatAllGridsHaveInCommonIsTakenOut() throws {
    var settings = TrainingScenes.settings(.adc, iterations: 48)
    settings.appearance.kind = .grid
    settings.appearance.gridWarmUp = 0
    let trainer = try Trainer(
      views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    trainer.run { _ in true }
    let size = try #require(settings.appearance.gridSize)
    let grids = try (0..<6).map {
      try #require(trainer.state.photos.values(ofPhoto: $0, .grid(size)))
    }
    for index in 0..<size.count {
      #expect(abs(grids.reduce(0) { $0 + $1[index] }) < 1e-6)
    }
    #expect(grids[0].contains { abs($0) > 1e-3 })
  }

  /// Every second photo has other tones, which gains cannot give it: grids bring back most of what
  /// that costs.
  @Test func tonesOfPhotosAreFound() throws {
    func loss(_ kind: AppearanceKind, of views: [TrainingView]) throws -> Double {
      let trainer = try TrainingScenes.trainedWithExposures(views) {
        $0.kind = kind
        ($0.gridVariation, $0.gridWeight) = (1, 0)
      }
      return (0..<24).reduce(0) { sum, _ in sum + trainer.step().loss } / 24
    }
    let views = TrainingScenes.views(count: 12)
    var changed = views
    for index in stride(from: 1, to: 12, by: 2) {
      for sample in changed[index].photo.bytes.indices {
        let value = Float(changed[index].photo.bytes[sample]) / 255
        let toned = value * value * (3 - 2 * value)
        changed[index].photo.bytes[sample] = UInt8((toned * 255).rounded())
      }
    }
    let least = try loss(.exposure, of: views)
    let (exposure, grid) = (try loss(.exposure, of: changed), try loss(.grid, of: changed))
    #expect(grid - least < (exposure - least) / 2, "\(least), \(grid), \(exposure)")
  }
}

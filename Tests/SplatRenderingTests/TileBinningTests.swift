import SplatCore
import SplatRendering
import SplatTestSupport
import Testing

@Suite struct TileBinningTests {
  /// A random scene in a picture of many tiles.
  private static func scene(_ seed: UInt64) -> RandomScene {
    var scene = RandomScene(seed: seed + 3000)
    scene.camera = scene.camera.resized(width: 201, height: 107)
    return scene
  }

  private func withPass(
    _ scene: RandomScene, isForBackward: Bool = true, _ body: (RenderPass) -> Void
  ) {
    let rasterizer = Rasterizer()
    scene.splats.parameters.withReadOnlyView { model in
      let pass = rasterizer.prepare(
        model, camera: scene.camera, settings: scene.settings, isForBackward: isForBackward,
        workers: Workers(threads: 2))
      withExtendedLifetime(rasterizer) { body(pass) }
    }
  }

  @Test(arguments: UInt64(0)..<20) func listsAreTheSameWithoutSlots(seed: UInt64) {
    let scene = Self.scene(seed)
    withPass(scene) { whole in
      withPass(scene, isForBackward: false) { short in
        #expect(short.lists.slots.count == 0 && short.lists.entrySlots.count == 0)
        #expect(short.lists.entries.count == whole.lists.entries.count)
        for tile in 0..<whole.projection.grid.count {
          let range = whole.lists.range(of: tile)
          #expect(short.lists.range(of: tile) == range)
          for index in range { #expect(short.lists.entries[index] == whole.lists.entries[index]) }
        }
      }
    }
  }

  /// Memory is reserved for the tiles of the boxes, which are computed differently from the rows.
  @Test func noGaussianHasMoreTilesThanItsBox() {
    let (size, count) = (1024, 40_000)
    var random = RandomSource(seed: 77, purpose: .testing)
    var splats = Splats(count: count, shDegree: 0)
    for index in 0..<count {
      func coordinate() -> Float {
        Float(random.index(below: 64)) * 16 - 512 + random.normal() * 0.01
      }
      splats[index] = Splat(
        mean: SIMD3(coordinate(), coordinate(), 512), logScale: SIMD3(repeating: Float.log(16)),
        rotation: Quaternion(w: 1, x: 0, y: 0, z: 0), opacityLogit: 8,
        shCoefficients: [.zero])
      // The extents are such that each edge can coincide with a tile's.
      let extent = 16 * Float(1 + random.index(below: 6)) + 0.48 + random.normal() * 0.003
      splats.setExtent(extent, of: index)
    }
    let rasterizer = Rasterizer()
    let workers = Workers(threads: 2)
    splats.parameters.withReadOnlyView { model in
      let projected = rasterizer.project(
        model, camera: Camera(width: size, height: size, focalLength: SIMD2(512, 512)),
        settings: RenderSettings(), workers: workers)
      let lists = rasterizer.bin(projected, workers: workers)
      var seen = 0
      for chunk in 0..<projected.recordCounts.count {
        var bound = 0
        for offset in 0..<projected.recordCounts[chunk] {
          let record = chunk * Projection.chunkSize + offset
          #expect(Int(lists.slots[record].count) <= projected.boxes[record].count)
          bound += projected.boxes[record].count
          seen += 1
        }
        #expect(bound == projected.tileBounds[chunk])
      }
      #expect(seen > count / 2)
      withExtendedLifetime(rasterizer) {}
    }
  }

  /// The Gaussian's largest opacity at a pixel of the tile.
  private func largestAlpha(of splat: ProjectedSplat, tile: Int, grid: TileGrid) -> Double {
    let firstX = tile % grid.columns * TileGrid.tileWidth
    let firstY = tile / grid.columns * TileGrid.tileHeight
    var smallest = Double.infinity
    for y in firstY..<min(firstY + TileGrid.tileHeight, grid.height) {
      for x in firstX..<min(firstX + TileGrid.tileWidth, grid.width) {
        let dx = Double(x) + 0.5 - Double(splat.meanX)
        let dy = Double(y) + 0.5 - Double(splat.meanY)
        let squares = Double(splat.conicXX) * dx * dx + Double(splat.conicYY) * dy * dy
        smallest = min(smallest, 0.5 * squares + Double(splat.conicXY) * dx * dy)
      }
    }
    return Double(splat.opacity) * Double.exp(-smallest)
  }

  @Test(arguments: UInt64(0)..<60) func everyTileThatAGaussianReachesHasIt(seed: UInt64) {
    let scene = Self.scene(seed)
    withPass(scene) { pass in
      let grid = pass.projection.grid
      for tile in 0..<grid.count {
        let range = pass.lists.range(of: tile)
        let listed = Set(range.map { Int(pass.lists.entries[$0]) })
        #expect(listed.count == range.count, "\(scene), tile \(tile) has a Gaussian twice")
        for chunk in 0..<pass.recordCounts.count {
          for offset in 0..<pass.recordCounts[chunk] {
            let record = chunk * Projection.chunkSize + offset
            // A Gaussian that reaches the threshold only by rounding is not visible.
            let alpha = largestAlpha(of: pass.records[record], tile: tile, grid: grid)
            guard alpha >= Double(scene.settings.alphaThreshold) * 1.001 else { continue }
            #expect(listed.contains(record), "\(scene), tile \(tile), record \(record)")
          }
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<20) func listsAreOrderedFrontToBack(seed: UInt64) {
    let scene = Self.scene(seed)
    withPass(scene) { pass in
      for tile in 0..<pass.projection.grid.count {
        for index in pass.lists.range(of: tile).dropFirst() {
          let (front, back) = (pass.lists.entries[index - 1], pass.lists.entries[index])
          let (near, far) = (pass.records[Int(front)].depth, pass.records[Int(back)].depth)
          #expect(near < far || (near == far && front < back), "\(scene), tile \(tile)")
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<20) func theSlotsOfAGaussianStandForItsEntries(seed: UInt64) {
    let scene = Self.scene(seed)
    withPass(scene) { pass in
      let lists = pass.lists
      var entries: [UInt32: Int] = [:]
      for entry in 0..<lists.entries.count {
        let slot = lists.entrySlots[entry]
        #expect(entries.updateValue(entry, forKey: slot) == nil, "\(scene): slot \(slot) twice")
      }
      for chunk in 0..<pass.recordCounts.count {
        for offset in 0..<pass.recordCounts[chunk] {
          let record = chunk * Projection.chunkSize + offset
          let range = lists.slots[record]
          for slot in range.first..<range.first + range.count {
            #expect(Int(slot) < lists.slotCount)
            let entry = entries.removeValue(forKey: slot)
            #expect(entry.map { lists.entries[$0] } == UInt32(record), "\(scene): slot \(slot)")
          }
        }
      }
      #expect(entries.isEmpty, "\(scene): every entry has a slot of its Gaussian")
    }
  }
}

extension Splats {
  /// Gives a round, nearly opaque Gaussian an ellipse of `extent` pixels, where a pixel is one
  /// world unit.
  fileprivate mutating func setExtent(_ extent: Float, of index: Int) {
    let opacity = 1 / (1 + Float.exp(-self[index].opacityLogit))
    let level = 2 * Float.log(opacity * 255)
    let variance = max(extent * extent / level - 0.3, 0.01)
    self[index].logScale = SIMD3(repeating: 0.5 * Float.log(variance))
  }
}

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

  private func withPass(_ scene: RandomScene, _ body: (Rasterizer.Pass) -> Void) {
    let rasterizer = Rasterizer()
    scene.splats.parameters.storage.withReadOnlyView { parameters in
      let pass = rasterizer.prepare(
        parameters: parameters, count: scene.splats.count, shDegree: scene.splats.shDegree,
        camera: scene.camera, settings: scene.settings, workers: Workers(threads: 2))
      withExtendedLifetime(rasterizer) { body(pass) }
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
        let entries = pass.lists.entries(of: tile)
        let listed = Set((0..<entries.count).map { Int(entries[$0].record) })
        #expect(listed.count == entries.count, "\(scene), tile \(tile) has a Gaussian twice")
        for chunk in 0..<pass.recordCounts.count {
          for place in 0..<pass.recordCounts[chunk] {
            let record = chunk * Projection.chunkSize + place
            // A Gaussian that reaches the threshold by rounding alone is seen nowhere.
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
        let entries = pass.lists.entries(of: tile)
        for index in stride(from: 1, to: entries.count, by: 1) {
          let (front, back) = (entries[index - 1].record, entries[index].record)
          let (near, far) = (pass.records[Int(front)].depth, pass.records[Int(back)].depth)
          #expect(near < far || (near == far && front < back), "\(scene), tile \(tile)")
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<20) func everyEntryHasASlotOfItsGaussian(seed: UInt64) {
    let scene = Self.scene(seed)
    withPass(scene) { pass in
      var used: Set<UInt32> = []
      for tile in 0..<pass.projection.grid.count {
        let entries = pass.lists.entries(of: tile)
        for index in 0..<entries.count {
          let entry = entries[index]
          let range = pass.lists.slots[Int(entry.record)]
          #expect((range.first..<range.first + range.count).contains(entry.slot), "\(scene)")
          #expect(used.insert(entry.slot).inserted, "\(scene): slot \(entry.slot) is used twice")
        }
      }
      #expect(used.allSatisfy { $0 < pass.lists.slotCount })
      let promised = (0..<pass.recordCounts.count).reduce(0) { sum, chunk in
        (0..<pass.recordCounts[chunk]).reduce(sum) {
          $0 + Int(pass.lists.slots[chunk * Projection.chunkSize + $1].count)
        }
      }
      #expect(promised == used.count, "\(scene): every slot of a Gaussian is written by a tile")
    }
  }
}

import SplatCore
import SplatRendering
import SplatTraining

/// Finds how many of the projected Gaussians of photos of a city are already in the process that
/// draws the photo, where several train together.
struct CitySharing {
  /// How many Gaussians of each chunk each photo shows.
  private let counts: [[Int]]
  private let splats: Int
  private let centers: [SIMD3<Float>]

  /// - Parameter slope: how far the cameras look to the side, in their height.
  init(city: CityBenchmark, slope: Double) {
    let rasterizer = Rasterizer()
    splats = city.splats.count
    let cameras = CityBenchmark.cameras(slope: slope)
    centers = cameras.map { SIMD3($0.center) }
    counts = cameras.map { camera in
      city.splats.parameters.withReadOnlyView { model in
        rasterizer.project(
          model, camera: camera, settings: RenderSettings(), workers: Workers()
        ).recordCounts
      }
    }
  }

  /// The mean number of Gaussians that a photo shows.
  var visible: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } / counts.count }

  /// The share of the Gaussians of all photos that the process which draws the photo holds.
  ///
  /// - Parameter batch: the number of photos of a step.
  func share(processes: Int, batch: Int) -> Double {
    let shards = (0..<processes).map { Shard(rank: $0, of: processes, total: splats) }
    var order = ViewOrder(centers: centers, batch: batch, seed: 1)
    var (all, own) = (0, 0)
    for step in 0..<counts.count * 4 / batch {
      let visible = (0..<batch).map { place in
        let photo = counts[order.view(at: step * batch + place)]
        return shards.map { shard in
          let range = shard.range
          let size = Projection.chunkSize
          let chunks = range.lowerBound / size..<(range.upperBound + size - 1) / size
          return chunks.reduce(0) { $0 + photo[$1] }
        }
      }
      for (counts, drawer) in zip(visible, PictureAssignment.drawers(visible: visible)) {
        all += counts.reduce(0, +)
        own += counts[drawer]
      }
    }
    return Double(own) / Double(max(1, all))
  }

  /// Prints the shares for several numbers of processes.
  static func print() {
    let city = CityBenchmark(count: CityBenchmark.sizes[1])
    for (view, slope) in [("straight down", 0.0), ("at 45 degrees", 1)] {
      let sharing = CitySharing(city: city, slope: slope)
      Swift.print("\(city.name), \(view), \(sharing.visible) Gaussians in a photo:")
      for processes in [4, 16] {
        for batch in [processes, 4 * processes] {
          let percent = Int(100 * sharing.share(processes: processes, batch: batch) + 0.5)
          Swift.print(
            """
              \(processes) processes, \(batch) photos a step: \(percent) % are where they are drawn
            """)
        }
      }
    }
  }
}

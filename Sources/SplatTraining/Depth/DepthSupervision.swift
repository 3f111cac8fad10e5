package import SplatCore

/// What is known about the depths in photos: their depth maps, aligned to the scene's points, and
/// the points themselves.
package struct DepthSupervision: Sendable {
  private let settings: DepthSettings
  /// The alignment of each photo's map; nil if no photo has one.
  package let alignments: DepthAlignments?
  private let points: [SIMD3<Float>]
  /// The points that each photo shows, by their indices; empty if they are not used.
  private let seen: [[Int32]]

  /// Nothing is known.
  package static let none = DepthSupervision(
    settings: DepthSettings(), alignments: nil, points: [], seen: [])

  private init(
    settings: DepthSettings, alignments: DepthAlignments?, points: [SIMD3<Float>], seen: [[Int32]]
  ) {
    self.settings = settings
    self.alignments = alignments
    self.points = points
    self.seen = seen
  }

  /// Aligns the depth maps of `photos`, which are read for that, and finds the points that they
  /// show.
  ///
  /// - Throws: ``TrainingError`` if maps mean what only points can tell, and no points do.
  package init(
    photos: TrainingPhotos, points: [SIMD3<Float>], settings: DepthSettings, workers: Workers
  ) throws(TrainingError) {
    let usesMaps = photos.hasDepth && settings.weight > 0
    let usesPoints = settings.usesPoints && settings.pointWeight > 0
    guard usesMaps || usesPoints else {
      self = .none
      return
    }
    let cameras = photos.cameras
    var samples = [[DepthAlignments.Sample]?](repeating: nil, count: photos.count)
    var seen = [[Int32]](repeating: [], count: usesPoints ? photos.count : 0)
    for index in 0..<photos.count {
      let visible = PointVisibility.seen(points, from: cameras[index])
      if usesPoints { seen[index] = visible.map { Int32($0.index) } }
      guard usesMaps, let map = photos.original(index)?.depth else { continue }
      samples[index] = visible.compactMap { map.sample(at: $0, in: cameras[index]) }
    }
    let alignments = usesMaps ? DepthAlignments(samples, meaning: settings.meaning) : nil
    if let alignments, alignments.photos.allSatisfy({ $0 == nil }) {
      throw TrainingError(
        description: """
          the values of no depth map agree with the scene's points as \(alignments.meaning) ones \
          should (\(samples.reduce(0) { $0 + ($1?.count ?? 0) }) points lie in them)
          """)
    }
    self.init(settings: settings, alignments: alignments, points: points, seen: seen)
  }

  /// Whether nothing is known.
  var isEmpty: Bool { alignments == nil && seen.isEmpty }

  /// What is known of the depths in the photo at `index`, after a share `progress` of the run.
  func sources(_ index: Int, _ view: TrainingView, at progress: Double) -> [DepthTarget.Source] {
    var sources: [DepthTarget.Source] = []
    let camera = view.camera
    if let map = view.depth, let alignment = alignments?.photos[index] {
      sources.append(
        DepthTarget.Source(
          write: { map.write(to: $0, $1, camera: camera, alignment: alignment) },
          weight: .decayed(from: settings.weight, to: settings.finalWeight, progress)))
    }
    if !seen.isEmpty {
      sources.append(
        DepthTarget.Source(
          write: { write(seen[index], to: $0, $1, camera: camera) },
          weight: .decayed(from: settings.pointWeight, to: settings.finalPointWeight, progress),
          errorLimit: settings.pointErrorLimit))
    }
    return sources
  }

  /// Writes the inverse depths of points to the pixels that show them, that of the nearest where
  /// there are several.
  private func write(
    _ indices: [Int32], to inverses: BufferView<Float>, _ weights: BufferView<Float>,
    camera: Camera
  ) {
    for index in indices {
      let index = Int(index)
      guard let seen = PointVisibility.place(of: points[index], index: index, in: camera)
      else { continue }
      let pixel = Int(seen.pixel.y) * camera.width + Int(seen.pixel.x)
      inverses[pixel] = max(inverses[pixel], Float(1 / seen.depth))
      weights[pixel] = 1
    }
  }
}

extension DepthMap {
  /// What the map has where `camera` sees a point.
  fileprivate func sample(at point: PointVisibility.SeenPoint, in camera: Camera)
    -> DepthAlignments.Sample?
  {
    let cell = cell(
      x: Int(point.pixel.x), y: Int(point.pixel.y), columns: camera.width, rows: camera.height)
    guard values[cell] > 0, confidence?[cell] != 0 else { return nil }
    return DepthAlignments.Sample(value: Double(values[cell]), depth: point.depth)
  }

  /// Writes the inverse depth and the weight of each pixel of `camera`.
  fileprivate func write(
    to inverses: BufferView<Float>, _ weights: BufferView<Float>, camera: Camera,
    alignment: DepthAlignment
  ) {
    let (columns, rows) = (camera.width, camera.height)
    for y in 0..<rows {
      for x in 0..<columns {
        let cell = cell(x: x, y: y, columns: columns, rows: rows)
        let inverse = alignment.inverseDepth(of: values[cell])
        inverses[y * columns + x] = inverse
        let certainty = confidence.map { Float($0[cell]) / 255 } ?? 1
        weights[y * columns + x] = inverse > 0 ? certainty : 0
      }
    }
  }
}

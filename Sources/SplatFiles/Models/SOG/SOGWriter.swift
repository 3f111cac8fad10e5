import SplatCore

/// Makes the images and the description of a SOG model of version 2.
struct SOGWriter {
  private let parameters: ParameterBlocks
  private let order: [Int32]
  private let shDegree: Int
  private let isAntialiased: Bool
  private let options: ModelOptions
  private let workers: Workers
  private let path: String
  /// The sides of the images with a pixel for each Gaussian.
  private let width: Int
  private let height: Int

  /// The largest side of a WebP image.
  private static let largestSide = 16_383
  /// The share of the time that the palette takes, for the report of progress.
  private static let paletteShare = 0.8

  init(_ splats: Splats, options: ModelOptions, path: String) throws(FileError) {
    let count = splats.count
    width = Int((Double(count).squareRoot() / 4).rounded(.up)) * 4
    height = Int((Double(count) / Double(width) / 4).rounded(.up)) * 4
    guard width <= Self.largestSide, height <= Self.largestSide else {
      throw FileError(
        .cannotWrite, path: path,
        problem: "\(count) Gaussians need images of \(width) x \(height) pixels, more than WebP's")
    }
    parameters = splats.parameters
    order = MortonOrder.of(splats.parameters)
    shDegree = min(ModelFormat.sog.largestDegree, splats.shDegree)
    isAntialiased = splats.isAntialiased
    self.options = options
    workers = Workers(threads: options.threads)
    self.path = path
  }

  /// The images by their names, and the description of images whose names begin with `prefix`.
  func files() throws(FileError) -> (
    images: [(name: String, bytes: [UInt8])],
    description: (_ prefix: String) -> [UInt8]
  ) {
    // The images that every model has, and the palette of SH coefficients with the entry of each
    // Gaussian.
    let bounds = logarithmicBounds
    let scales = codebook(Plane.logScales)
    let colors = codebook(Plane.sh)
    var images: [(name: String, photo: Photo)] = [
      ("means_l.webp", means(bounds, shift: 0)), ("means_u.webp", means(bounds, shift: 8)),
      ("scales.webp", self.scales(scales)), ("quats.webp", rotations()),
      ("sh0.webp", self.colors(colors)),
    ]
    var rest: (count: Int, book: ScalarCodebook)?
    if shDegree > 0 {
      let palette = palette()
      let book = ScalarCodebook(count: palette.entries.count) { palette.entries[$0] }
      images.append(("shN_centroids.webp", centroids(palette, book)))
      images.append(("shN_labels.webp", labels(palette)))
      rest = (palette.count, book)
    }
    // The description as text.
    let (count, bands, isAntialiased) = (parameters.count, shDegree, isAntialiased)
    let encoded = try encode(images)
    return (
      encoded,
      { prefix in
        func files(_ names: String...) -> JSON { .array(names.map { .text(prefix + $0) }) }
        var members: [(String, JSON)] = [
          ("version", .integer(2)), ("asset", ["generator": "splat"]), ("count", .integer(count)),
        ]
        if isAntialiased { members.append(("model", "antialiased")) }
        members += [
          (
            "means",
            [
              "mins": Self.json(bounds.low), "maxs": Self.json(bounds.high),
              "files": files("means_l.webp", "means_u.webp"),
            ]
          ),
          ("scales", ["codebook": Self.json(scales.entries), "files": files("scales.webp")]),
          ("quats", ["files": files("quats.webp")]),
          ("sh0", ["codebook": Self.json(colors.entries), "files": files("sh0.webp")]),
        ]
        if let rest {
          members.append(
            (
              "shN",
              [
                "count": .integer(rest.count), "bands": .integer(bands),
                "codebook": Self.json(rest.book.entries),
                "files": files("shN_centroids.webp", "shN_labels.webp"),
              ]
            ))
        }
        return Array((JSON.object(members).indented() + "\n").utf8)
      }
    )
  }

  private func encode(_ images: [(name: String, photo: Photo)]) throws(FileError)
    -> [(name: String, bytes: [UInt8])]
  {
    let results = SharedResults<Result<[UInt8], FileError>>(count: images.count)
    let path = path
    workers.forEach(images.count) { index, _ in
      results[index] = Result { () throws(FileError) in
        try WebPFile.encodeLossless(images[index].photo, path: path)
      }
      options.progress(
        Self.paletteShare
          + (1 - Self.paletteShare) * Double(results.values.count { $0 != nil })
          / Double(images.count))
    }
    var files: [(name: String, bytes: [UInt8])] = []
    for (image, result) in zip(images, results.values) {
      guard let result else { continue }
      files.append((image.name, try result.get()))
    }
    return files
  }

  // MARK: Images

  /// An image of `width` x `height` whose first pixels are filled by several threads.
  private func image(
    width: Int, height: Int, count: Int, _ fill: @Sendable (Int, BufferView<UInt8>) -> Void
  ) -> Photo {
    var photo = Photo(
      width: width, height: height, channels: 4,
      bytes: [UInt8](repeating: 0, count: width * height * 4))
    photo.bytes.withView { bytes in
      workers.forEachRange(width * height, size: Workers.rowsPerPiece) { range, _ in
        for index in range {
          let pixel = bytes.slice(index * 4..<index * 4 + 4)
          pixel[3] = 255
          if index < count { fill(index, pixel) }
        }
      }
    }
    return photo
  }

  /// An image with a pixel for each Gaussian.
  private func image(
    _ fill: @Sendable (_ view: ParameterView, _ index: Int, _ pixel: BufferView<UInt8>) -> Void
  ) -> Photo {
    parameters.withReadOnlyView { view in
      image(width: width, height: height, count: parameters.count) { place, pixel in
        fill(view, Int(order[place]), pixel)
      }
    }
  }

  /// The box of the means' logarithms.
  private var logarithmicBounds: Bounds {
    // The logarithm grows with its argument.
    func logarithm(_ v: SIMD3<Float>) -> SIMD3<Float> {
      SIMD3(SOGMeans.logarithm(v.x), SOGMeans.logarithm(v.y), SOGMeans.logarithm(v.z))
    }
    let bounds = parameters.meanBounds
    return Bounds(low: logarithm(bounds.low), high: logarithm(bounds.high))
  }

  /// The low or the high bytes of the positions.
  private func means(_ bounds: Bounds, shift: UInt32) -> Photo {
    image { view, index, pixel in
      let mean = view.vector(Plane.means, index)
      for axis in 0..<3 {
        let range = bounds.high[axis] - bounds.low[axis]
        let share = (SOGMeans.logarithm(mean[axis]) - bounds.low[axis]) / (range > 0 ? range : 1)
        pixel[axis] = UInt8(truncatingIfNeeded: Quantum.unorm(share, bits: 16) >> shift)
      }
    }
  }

  private func scales(_ book: ScalarCodebook) -> Photo {
    image { view, index, pixel in
      for axis in 0..<3 { pixel[axis] = book.index(of: view[Plane.logScales + axis, index]) }
    }
  }

  private func rotations() -> Photo {
    image { view, index, pixel in
      let q = view.rotation(index).unit
      let three = SmallestThree(SIMD4(q.w, q.x, q.y, q.z))
      for part in 0..<3 {
        let share = three.others[part] * Float(0.5).squareRoot() + 0.5
        pixel[part] = UInt8(Quantum.unorm(share, bits: 8))
      }
      pixel[3] = UInt8(SOGLayout.rotationMark + three.largest)
    }
  }

  private func colors(_ book: ScalarCodebook) -> Photo {
    image { view, index, pixel in
      for channel in 0..<3 { pixel[channel] = book.index(of: view[Plane.sh + channel, index]) }
      pixel[3] = UInt8(Quantum.unorm(Logistic.forward(view[Plane.opacityLogit, index]), bits: 8))
    }
  }

  private func centroids(_ palette: VectorPalette, _ book: ScalarCodebook) -> Photo {
    let rest = palette.depth / 3
    let rows = (palette.count + SOGLayout.entriesPerRow - 1) / SOGLayout.entriesPerRow
    let width = SOGLayout.entriesPerRow * rest
    return image(width: width, height: rows, count: palette.count * rest) { place, pixel in
      for channel in 0..<3 { pixel[channel] = book.index(of: palette.entries[place * 3 + channel]) }
    }
  }

  private func labels(_ palette: VectorPalette) -> Photo {
    image(width: width, height: height, count: parameters.count) { place, pixel in
      pixel.store(UInt16(palette.labels[place]), at: 0)
    }
  }

  // MARK: Palettes

  /// A codebook of three neighbouring planes.
  private func codebook(_ plane: Int) -> ScalarCodebook {
    parameters.withReadOnlyView { view in
      ScalarCodebook(count: parameters.count * 3) { view[plane + $0 % 3, $0 / 3] }
    }
  }

  /// The SH coefficients after the constant one, in the order of the pixels.
  private func palette() -> VectorPalette {
    let depth = 3 * HarmonicCounts.rest(shDegree)
    var vectors = [Float](repeating: 0, count: parameters.count * depth)
    vectors.withView { vectors in
      parameters.withReadOnlyView { view in
        workers.forEachRange(parameters.count, size: Workers.rowsPerPiece) { range, _ in
          for place in range {
            for entry in 0..<depth {
              vectors[place * depth + entry] = view[Plane.sh + 3 + entry, Int(order[place])]
            }
          }
        }
      }
    }
    return VectorPalette(
      vectors, depth: depth, limit: options.palette, workers: workers,
      progress: { [progress = options.progress] in progress($0 * Self.paletteShare) })
  }

  private static func json(_ vector: SIMD3<Float>) -> JSON { json([vector.x, vector.y, vector.z]) }

  private static func json(_ numbers: [Float]) -> JSON {
    .array(numbers.map { .number(Double($0)) })
  }
}

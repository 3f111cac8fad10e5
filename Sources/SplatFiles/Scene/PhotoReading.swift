import SplatCore

extension SceneView {
  /// The least byte that is more white than black.
  fileprivate static let half: UInt8 = 128

  /// Decodes the photo and its mask, straightens them, and brings them to a size.
  ///
  /// - Parameter options: what to do to them.
  /// - Returns: a photo that ``PhotoOptions/scale`` makes of the size of ``camera``.
  public func read(_ options: PhotoOptions = PhotoOptions()) throws(FileError) -> ScenePhoto {
    var decoded = DecodedFiles()
    return try read(options, decoded: &decoded)
  }

  /// As ``read(_:)``, with the files that were decoded last, which are used if they are the same,
  /// and otherwise replaced by this view's.
  func read(_ options: PhotoOptions, decoded: inout DecodedFiles) throws(FileError) -> ScenePhoto {
    let size = options.scale.size(width: camera.width, height: camera.height)
    let file = (width: lens?.width ?? camera.width, height: lens?.height ?? camera.height)
    // What is cut out of a photo is cut out before its pixels are mixed.
    let cutsOut = options.masks == .transparent && maskPath != nil
    let target = lens == nil && !cutsOut ? size : file
    let image = try decodedPhoto(file, target, last: &decoded.photo)
    var photo = image.photo
    var brightness: Photo?
    if let maskPath {
      let inverted = options.invertsMasks != hasInvertedMask
      brightness = try mask(
        maskPath, file: file, target, inverted: inverted, last: &decoded.mask)
    }
    if cutsOut, let brightness { photo = photo.cutOut(by: brightness) }
    var result = straightened(photo, size)
    result.warning = image.warning
    result.stops = image.stops
    if cutsOut {
      result.mask = (0..<size.width * size.height).map { pixel in
        result.photo.bytes[pixel * 4 + 3] < Self.half ? 0 : 1
      }
      result.maskIsEmpty = true
    } else if let brightness {
      result.mask = straightened(brightness, size).photo.firstChannel { $0 >= Self.half }
    }
    if let depth { result.depth = try depthMap(depth, file: file, size) }
    if options.alpha == .mask, options.masks == .ignored, result.photo.channels == 4 {
      let opaque = (0..<size.width * size.height).map { pixel -> UInt8 in
        result.photo.bytes[pixel * 4 + 3] < Self.half ? 0 : 1
      }
      result.mask = result.mask.map { zip($0, opaque).map { $0 & $1 } } ?? opaque
      result.photo = result.photo.withoutAlpha
    }
    return result
  }

  /// The photo as its file has it, which should be `file` pixels large, brought to `target`.
  private func decodedPhoto(
    _ file: (width: Int, height: Int), _ target: (width: Int, height: Int),
    last: inout DecodedFiles.Image?
  ) throws(FileError) -> DecodedFiles.Image {
    if let last, last.isOf(imagePath, file: file, target) { return last }
    // What was decoded before gives its memory back first.
    last = nil
    let bytes = try FileBytes(path: imagePath)
    let found = try ImageFile.size(bytes, path: imagePath)
    guard found.width == file.width, found.height == file.height else {
      throw .bad(
        imagePath, nil,
        """
        is \(found.width) x \(found.height) pixels; the view's camera has \
        \(file.width) x \(file.height)
        """)
    }
    let image = try ImageFile.read(bytes, path: imagePath, scaledTo: target)
    let result = DecodedFiles.Image(
      path: imagePath, file: file, photo: image.photo, warning: image.warning,
      stops: found.stops)
    last = result
    return result
  }

  /// The view without its lens: its photo is read as it is stored, which is enough to find out
  /// whether it can be read.
  package var withoutLens: SceneView {
    guard let lens else { return self }
    var view = self
    view.lens = nil
    view.camera = Camera(
      width: lens.width, height: lens.height, focalLength: lens.focalLength,
      viewMatrix: camera.viewMatrix)
    return view
  }

  /// The depth map for a photo of `file` pixels that is brought to `size`: not finer than that, and
  /// as the pinhole camera sees it.
  private func depthMap(
    _ source: DepthSource, file: (width: Int, height: Int), _ size: (width: Int, height: Int)
  ) throws(FileError) -> DepthMap {
    // The map and its confidence, which has its size.
    let area = file.width * file.height
    var map = try DepthFile.read(path: source.path, unit: source.unit, trustedArea: area)
    try Self.checkProportions(of: source.path, map.width, map.height, file)
    if let path = source.confidencePath {
      let found = try DepthFile.confidence(path: path, trustedArea: area)
      try Self.checkProportions(of: path, found.width, found.height, file)
      map = map.with(confidence: found.values, width: found.width, height: found.height)
    }
    // Without distortion: of each pixel the value under its centre, as means over edges are wrong.
    guard let lens else {
      return map.sampled(width: min(map.width, size.width), height: min(map.height, size.height))
    }
    let camera = camera.resized(width: size.width, height: size.height)
    return map.sampled(width: size.width, height: size.height) { x, y in
      let pixel = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
      let point = (pixel - camera.principalPoint) / camera.focalLength
      return lens.pixel(of: point).map { $0 / SIMD2(Double(lens.width), Double(lens.height)) }
    }
  }

  /// A map may have been cut by some pixels to fit a coarser grid.
  private static let largestStretch = 0.02

  private static func checkProportions(
    of path: String, _ width: Int, _ height: Int, _ file: (width: Int, height: Int)
  ) throws(FileError) {
    let stretch = Double(width * file.height) / Double(max(1, height * file.width))
    guard abs(stretch - 1) <= largestStretch else {
      throw .bad(
        path, nil,
        """
        is \(width) x \(height) pixels, which is not in proportion to its photo of \
        \(file.width) x \(file.height)
        """)
    }
  }

  /// The photo without distortion, at `size`.
  private func straightened(_ photo: Photo, _ size: (width: Int, height: Int)) -> ScenePhoto {
    guard let lens else {
      return ScenePhoto(photo: photo.areaDownscaled(width: size.width, height: size.height))
    }
    let straight = StraightenedPhoto(photo, lens: lens, camera: camera)
    var result = ScenePhoto(
      photo: straight.photo.areaDownscaled(width: size.width, height: size.height))
    // A smaller pixel counts if all of it was seen.
    result.coverage = straight.coverage.map { coverage in
      Photo(grey: coverage.map { $0 * 255 }, width: camera.width, height: camera.height)
        .areaDownscaled(width: size.width, height: size.height).firstChannel { $0 == 255 }
    }
    return result
  }

  /// The mask in the file `path` at `target`, white where pixels count: at each, its brightest
  /// channel, its own transparency counting as black.
  private func mask(
    _ path: String, file: (width: Int, height: Int), _ target: (width: Int, height: Int),
    inverted: Bool, last: inout DecodedFiles.Image?
  ) throws(FileError) -> Photo {
    let image: Photo
    if let last, last.isOf(path, file: file, target) {
      image = last.photo
    } else {
      last = nil
      image = try Self.brightness(ofMask: path, file: file, target)
      last = DecodedFiles.Image(path: path, file: file, photo: image, warning: nil, stops: nil)
    }
    return inverted ? image.inverted : image
  }

  /// The brightness of the mask in the file `path`, for a photo of `file` pixels, at `target`.
  private static func brightness(
    ofMask path: String, file: (width: Int, height: Int), _ target: (width: Int, height: Int)
  ) throws(FileError) -> Photo {
    let header = try ImageFile.size(path: path)
    guard
      abs(header.width * file.height - header.height * file.width) <= max(file.width, file.height)
    else {
      throw .bad(
        path, nil,
        """
        is \(header.width) x \(header.height) pixels, which is not in proportion to its photo of \
        \(file.width) x \(file.height)
        """)
    }
    let trustedArea = file.width * file.height
    let image = try ImageFile.read(path: path, scaledTo: target, trustedArea: trustedArea)
    let grey = image.grey
    // Some programs write 1 for what counts; that is lost where the mask is made smaller.
    if grey.allSatisfy({ $0 <= 1 }) {
      let full = try ImageFile.read(
        path: path, scaledTo: (header.width, header.height),
        trustedArea: max(trustedArea, header.width * header.height))
      let grey = full.grey
      if grey.allSatisfy({ $0 <= 1 }) {
        return Photo(grey: grey.map { $0 * 255 }, width: full.width, height: full.height)
          .areaDownscaled(width: target.width, height: target.height)
      }
    }
    return Photo(grey: grey, width: image.width, height: image.height)
  }
}

/// The files that were decoded last, before they are straightened: views of a panorama share them.
struct DecodedFiles {
  var photo: Image?
  var mask: Image?

  /// An image of a file.
  struct Image {
    let path: String
    /// The size that the photo's file has.
    let file: (width: Int, height: Int)
    /// The image, perhaps made smaller.
    let photo: Photo
    /// What is wrong with the file that does no harm.
    let warning: String?
    /// See ``ScenePhoto/stops``.
    let stops: Double?

    /// Whether the image is that of `path` at the size `target`, read for a photo of `file`.
    func isOf(
      _ path: String, file: (width: Int, height: Int), _ target: (width: Int, height: Int)
    ) -> Bool {
      self.path == path && self.file == file && photo.width == target.width
        && photo.height == target.height
    }
  }
}

extension Photo {
  /// A photo of grey pixels.
  fileprivate init(grey: [UInt8], width: Int, height: Int) {
    self.init(width: width, height: height, channels: 3, bytes: grey.flatMap { [$0, $0, $0] })
  }

  /// The photo with white for black.
  fileprivate var inverted: Photo {
    Photo(width: width, height: height, channels: channels, bytes: bytes.map { 255 - $0 })
  }

  /// The photo, transparent where `mask`, of the same size, is darker than half.
  fileprivate func cutOut(by mask: Photo) -> Photo {
    func cutOut<Sample: FixedWidthInteger>(_ samples: [Sample]) -> [Sample] {
      var result: [Sample] = []
      result.reserveCapacity(width * height * 4)
      for pixel in 0..<width * height {
        let base = pixel * channels
        let alpha = channels == 4 ? samples[base + 3] : .max
        result.append(samples[base])
        result.append(samples[base + 1])
        result.append(samples[base + 2])
        result.append(mask.bytes[pixel * 3] < SceneView.half ? 0 : alpha)
      }
      return result
    }
    guard deepSamples.isEmpty else {
      return Photo(width: width, height: height, channels: 4, deepSamples: cutOut(deepSamples))
    }
    return Photo(width: width, height: height, channels: 4, bytes: cutOut(bytes))
  }

  /// height x width, the brightest channel of each pixel over black.
  fileprivate var grey: [UInt8] {
    (0..<width * height).map { pixel in
      let base = pixel * channels
      let value = max(bytes[base], bytes[base + 1], bytes[base + 2])
      return channels == 4 ? UInt8(Int(value) * Int(bytes[base + 3]) / 255) : value
    }
  }

  /// height x width, 1 where the first channel is as `holds` says.
  fileprivate func firstChannel(_ holds: (UInt8) -> Bool) -> [UInt8] {
    (0..<width * height).map { holds(bytes[$0 * channels]) ? 1 : 0 }
  }

  /// The colours alone.
  fileprivate var withoutAlpha: Photo {
    guard channels == 4 else { return self }
    func colors<Sample>(_ samples: [Sample]) -> [Sample] {
      samples.indices.filter { $0 % 4 != 3 }.map { samples[$0] }
    }
    guard deepSamples.isEmpty else {
      return Photo(width: width, height: height, channels: 3, deepSamples: colors(deepSamples))
    }
    return Photo(width: width, height: height, channels: 3, bytes: colors(bytes))
  }
}

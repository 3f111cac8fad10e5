import SplatCore

extension SceneView {
  /// The least byte that is more white than black.
  private static let half: UInt8 = 128

  /// Decodes the photo and its mask, straightens them, and brings them to a size.
  ///
  /// - Parameter options: what to do to them.
  /// - Returns: a photo that ``PhotoOptions/scale`` makes of the size of ``camera``.
  public func read(_ options: PhotoOptions = PhotoOptions()) throws(FileError) -> ScenePhoto {
    let size = options.scale.size(width: camera.width, height: camera.height)
    let file = (width: lens?.width ?? camera.width, height: lens?.height ?? camera.height)
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
    let image = try ImageFile.read(bytes, path: imagePath, scaledTo: lens == nil ? size : file)
    var result = straightened(image.photo, size)
    result.warning = image.warning
    result.stops = found.stops
    if let maskPath {
      result.mask = try mask(
        maskPath, file: file, size, inverted: options.invertsMasks != hasInvertedMask)
    }
    if options.alpha == .mask, result.photo.channels == 4 {
      let opaque = (0..<size.width * size.height).map { pixel -> UInt8 in
        result.photo.bytes[pixel * 4 + 3] < Self.half ? 0 : 1
      }
      result.mask = result.mask.map { zip($0, opaque).map { $0 & $1 } } ?? opaque
      result.photo = result.photo.withoutAlpha
    }
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

  /// The photo without distortion, at `size`.
  private func straightened(_ photo: Photo, _ size: (width: Int, height: Int)) -> ScenePhoto {
    guard let lens else { return ScenePhoto(photo: photo) }
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

  /// The mask in the file `path`: 0 where its brightest channel is darker than half, its own
  /// transparency counting as black.
  private func mask(
    _ path: String, file: (width: Int, height: Int), _ size: (width: Int, height: Int),
    inverted: Bool
  ) throws(FileError) -> [UInt8] {
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
    let target = lens == nil ? size : file
    let trustedArea = file.width * file.height
    var image = try ImageFile.read(path: path, scaledTo: target, trustedArea: trustedArea)
    // Some programs write 1 for what counts; that is lost where the mask is made smaller.
    if image.grey.allSatisfy({ $0 <= 1 }) {
      let full = try ImageFile.read(
        path: path, scaledTo: (header.width, header.height),
        trustedArea: max(trustedArea, header.width * header.height))
      let grey = full.grey
      if grey.allSatisfy({ $0 <= 1 }) {
        image = Photo(grey: grey.map { $0 * 255 }, width: full.width, height: full.height)
          .areaDownscaled(width: target.width, height: target.height)
      }
    }
    var grey = image.grey
    if inverted { grey = grey.map { 255 - $0 } }
    let mask = straightened(Photo(grey: grey, width: image.width, height: image.height), size)
    return mask.photo.firstChannel { $0 >= Self.half }
  }
}

extension Photo {
  /// A photo of grey pixels.
  fileprivate init(grey: [UInt8], width: Int, height: Int) {
    self.init(width: width, height: height, channels: 3, bytes: grey.flatMap { [$0, $0, $0] })
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

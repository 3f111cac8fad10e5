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
    var result = try straightened(
      ImageFile.read(bytes, path: imagePath, scaledTo: lens == nil ? size : file), size)
    if let maskPath {
      result.mask = try mask(maskPath, file: file, size, inverted: options.invertsMasks)
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

  /// The mask in the file `path`: 0 where it is darker than half, its own transparency counting as
  /// black.
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
    let image = try ImageFile.read(
      path: path, scaledTo: lens == nil ? size : file, trustedArea: file.width * file.height)
    var grey = (0..<image.width * image.height).map { pixel -> UInt8 in
      let base = pixel * image.channels
      guard image.channels == 4 else { return image.bytes[base] }
      return UInt8(Int(image.bytes[base]) * Int(image.bytes[base + 3]) / 255)
    }
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

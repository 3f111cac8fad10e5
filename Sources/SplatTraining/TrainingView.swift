public import SplatCore

/// A photo with the camera that took it.
public struct TrainingView: Sendable {
  /// The photo's name.
  public var name: String
  /// The camera; its size is the photo's.
  public var camera: Camera
  /// The photo. An alpha channel is the scene's opacity: the photo is composited over the
  /// background.
  public var photo: Photo
  /// height x width, 0 where a pixel is to be ignored; nil if all count.
  public var mask: [UInt8]?
  /// What is known about the depths in the photo; it covers the photo and may be coarser.
  public var depth: DepthMap?
  /// How bright the camera made the photo, in stops (doublings); only differences between photos
  /// mean anything. Nil if it is not known.
  public var stops: Double?

  /// Creates a view; camera, photo and mask have the same size.
  public init(
    name: String, camera: Camera, photo: Photo, mask: [UInt8]? = nil, depth: DepthMap? = nil,
    stops: Double? = nil
  ) {
    precondition(
      camera.width == photo.width && camera.height == photo.height,
      "the photo has the camera's size")
    precondition(
      mask.map { $0.count == photo.width * photo.height } ?? true, "the mask has the photo's size")
    self.name = name
    self.camera = camera
    self.photo = photo
    self.mask = mask
    self.depth = depth
    self.stops = stops
  }

  /// The same view at an integer fraction of its size.
  func downscaled(by factor: Int) -> TrainingView {
    guard factor > 1 else { return self }
    let camera = camera.downscaled(by: factor)
    let (width, height) = (camera.width, camera.height)
    var smaller: [UInt8]?
    if let mask {
      // A pixel counts if the original pixel at its centre does.
      smaller = (0..<width * height).map { pixel in
        let x = (pixel % width * 2 + 1) * photo.width / (2 * width)
        let y = (pixel / width * 2 + 1) * photo.height / (2 * height)
        return mask[y * photo.width + x]
      }
    }
    return TrainingView(
      name: name, camera: camera, photo: photo.areaDownscaled(width: width, height: height),
      mask: smaller, depth: depth,
      stops: stops)
  }
}

extension Camera {
  /// The camera of a photo at an integer fraction of its size.
  func downscaled(by factor: Int) -> Camera {
    factor > 1
      ? resized(width: max(1, width / factor), height: max(1, height / factor)) : self
  }
}

/// Why a training run cannot begin.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
  /// What was found and what was expected.
  public var description: String
}

public import SplatCore

/// A photo that was read for a view.
public struct ScenePhoto: Sendable, Equatable {
  /// The photo: 3 channels, or 4 if the file has an alpha that is no mask.
  public var photo: Photo
  /// height x width, 0 where the photo's mask covers it; nil if there is no mask.
  public var mask: [UInt8]?
  /// Whether what the mask covers is empty, and transparent in ``photo``, instead of ignored.
  public var maskIsEmpty = false
  /// height x width, 0 where a straightened photo shows nothing; nil if there are no such pixels.
  public var coverage: [UInt8]?
  /// What is known about the depths in the photo; nil if there is no map.
  public var depth: DepthMap?
  /// How bright the camera made the photo, in stops; see ``ImageHeader/stops``.
  public var stops: Double?
  /// What is wrong with the photo's file, if the photo can be read nevertheless.
  public var warning: String?

  /// Creates a photo from parts of one size.
  public init(photo: Photo, mask: [UInt8]? = nil, coverage: [UInt8]? = nil) {
    self.photo = photo
    self.mask = mask
    self.coverage = coverage
  }

  /// Whether the photo's mask covers all of it.
  public var isFullyMasked: Bool { mask?.allSatisfy { $0 == 0 } ?? false }

  /// height x width, 0 where a pixel is to be ignored for either reason; nil if all count.
  public var validity: [UInt8]? {
    let mask = maskIsEmpty ? nil : mask
    guard let mask, let coverage else { return mask ?? coverage }
    return zip(mask, coverage).map { $0 & $1 }
  }
}

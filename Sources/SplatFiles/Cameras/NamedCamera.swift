public import SplatCore

/// A camera with the name of the image that it took or will take.
public struct NamedCamera: Sendable, Equatable {
  /// The name, a path that stays inside the output's folder.
  public var name: String
  /// The camera.
  public var camera: Camera

  /// Creates a named camera.
  public init(name: String, camera: Camera) {
    self.name = name
    self.camera = camera
  }
}

/// What to take from a scene's folder.
public struct SceneOptions: Sendable, Equatable {
  /// Where the masks of photos are.
  public enum Masks: Sendable, Equatable {
    /// In the scene's folder `masks` or where the scene says, if there are any.
    case automatic
    /// There are none, whatever the scene says.
    case none
    /// In this folder of the scene, or at this absolute path.
    case folder(String)
  }

  /// Where the depth maps of photos are.
  public enum Depths: Sendable, Equatable {
    /// Where the scene says, if it does.
    case automatic
    /// There are none, whatever the scene says.
    case none
    /// In this folder of the scene, or at this absolute path.
    case folder(String)
  }

  /// The folder of images. In any but `images` the photos may be smaller or larger than the
  /// reconstruction's; the cameras are resized to them.
  public var imagesFolder: String
  /// The first of every so many views is for evaluation, unless the scene has a split of its own; 0
  /// for none.
  public var testEvery: Int
  /// Where masks are looked for.
  public var masks: Masks
  /// Where depth maps are looked for.
  public var depths: Depths
  /// How much straightened photos show.
  public var area: UndistortedArea
  /// Whether all photos are panoramas of all directions, whatever the scene says of their lenses.
  public var arePanoramas: Bool
  /// The ``Scene/origin`` of the scene, as a model of it has it; if nothing, it is chosen so that
  /// single precision suffices.
  public var origin: SIMD3<Double>?
  /// Whether every view must have a photo; if not, the files of the scene say how large it is.
  public var needsPhotos: Bool

  /// Whether the images are those that the scene was made of, however their folder is spelt.
  var usesOwnImages: Bool {
    imagesFolder.split(separator: "/").filter { $0 != "." } == ["images"]
  }

  /// Creates options.
  public init(
    imagesFolder: String = "images", testEvery: Int = 8, masks: Masks = .automatic,
    depths: Depths = .none, area: UndistortedArea = .crop, arePanoramas: Bool = false,
    origin: SIMD3<Double>? = nil, needsPhotos: Bool = true
  ) {
    self.imagesFolder = imagesFolder
    self.testEvery = testEvery
    self.masks = masks
    self.depths = depths
    self.area = area
    self.arePanoramas = arePanoramas
    self.origin = origin
    self.needsPhotos = needsPhotos
  }
}

extension SceneOptions {
  /// Whether the view at `index` is for evaluation, where the scene does not say it.
  package func isTest(_ index: Int) -> Bool { testEvery > 0 && index % testEvery == 0 }

  /// The folder called `name` of the scene at `path`; an absolute path stands for itself.
  func folder(_ name: String, in path: String) -> String {
    name.hasPrefix("/") ? name : "\(path)/\(name)"
  }
}

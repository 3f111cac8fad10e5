package import SplatCore

/// Parameters that are learnt for each photo, with their optimizer's state.
///
/// A photo's parameters take a step when the photo is used; Adam counts the steps of each kind.
package struct PhotoParameters: Sendable, Equatable {
  /// A kind of parameters.
  package enum Kind: Hashable, Sendable {
    /// The logarithms of the gains of an ``Exposure``.
    case exposure
    /// The coefficients of a ``Vignetting``. Photos of the same camera share those of the first.
    case vignetting
    /// The maps of a ``BilateralGrid``.
    case grid(BilateralGrid.Size)
    /// The numbers of a ``PoseCorrection``.
    case pose

    /// The number of parameters of a photo. All are 0 at first.
    var count: Int {
      switch self {
      case .exposure, .vignetting: 3
      case .grid(let size): size.count
      case .pose: PoseCorrection<Float>.count
      }
    }
  }

  /// The gradient of a photo's parameters of a kind, and their learning rate.
  package struct Step: Sendable {
    package var kind: Kind
    package var gradient: [Float]
    package var rate: Float

    package init(_ kind: Kind, gradient: [Float], rate: Float) {
      self.kind = kind
      self.gradient = gradient
      self.rate = rate
    }
  }

  /// The kinds of parameters that a run learns.
  package static func kinds(_ settings: TrainingSettings) -> [Kind] {
    let exposure = settings.appearance.kind.includesExposure
    return (exposure ? [.exposure] : [])
      + (exposure && settings.appearance.vignettingShare > 0 ? [.vignetting] : [])
      + (settings.appearance.gridSize.map { [.grid($0)] } ?? [])
      + (settings.poses.kind == .refine ? [.pose] : [])
  }

  /// One column for each photo; the planes of the kinds follow one another.
  package var values: ParameterBlocks
  /// Adam's moments of ``values``.
  package var first: ParameterBlocks, second: ParameterBlocks
  /// How many steps each photo's parameters of each kind have taken.
  package var steps: ParameterBlocks
  let kinds: [Kind]

  /// The initial parameters of `count` photos.
  package init(count: Int = 0, kinds: [Kind] = []) {
    self.kinds = kinds
    let planes = kinds.reduce(0) { $0 + $1.count }
    values = ParameterBlocks(count: count, planes: planes)
    first = values
    second = values
    steps = ParameterBlocks(count: count, planes: kinds.count)
  }

  /// The bytes of the parameters and their state for `count` photos.
  package static func bytes(count: Int, kinds: [Kind]) -> Int {
    let planes = kinds.reduce(0) { $0 + $1.count }
    let floats =
      3 * ParameterBlocks.floatCount(count: count, planes: planes)
      + ParameterBlocks.floatCount(count: count, planes: kinds.count)
    return floats * MemoryLayout<Float>.size
  }

  /// The parameters of a photo of one kind; nil if they are not learnt.
  package func values(ofPhoto photo: Int, _ kind: Kind) -> [Float]? {
    planes(of: kind).map { $0.map { values[$0, photo] } }
  }

  /// Replaces the parameters of a photo of one kind, which are learnt.
  package mutating func set(photo: Int, _ kind: Kind, to new: [Float]) {
    for (plane, value) in zip(planes(of: kind) ?? 0..<0, new) { values[plane, photo] = value }
  }

  /// Takes an Adam step with the parameters of a photo of one kind, if they are learnt.
  package mutating func step(photo: Int, _ step: Step, settings: AdamSettings) {
    guard let kind = kinds.firstIndex(of: step.kind) else { return }
    steps[kind, photo] += 1
    let adam = Adam<Float>(step: Int(steps[kind, photo]), settings: settings)
    for (plane, gradient) in zip(planes(of: step.kind) ?? 0..<0, step.gradient) {
      values[plane, photo] = adam.step(
        values[plane, photo], gradient: gradient, first: &first[plane, photo],
        second: &second[plane, photo], rate: step.rate * adam.rateFactor)
    }
  }

  /// Makes the mean over all photos of each parameter of a kind zero.
  package mutating func center(_ kind: Kind) {
    let count = values.count
    for plane in planes(of: kind) ?? 0..<0 {
      let sum = (0..<count).reduce(0.0) { $0 + Double(values[plane, $1]) }
      let mean = Float(sum / Double(max(1, count)))
      for photo in 0..<count { values[plane, photo] -= mean }
    }
  }

  /// How many steps all photos together have taken with parameters of one kind.
  func stepCount(of kind: Kind) -> Int {
    guard let plane = kinds.firstIndex(of: kind) else { return 0 }
    return (0..<values.count).reduce(0) { $0 + Int(steps[plane, $1]) }
  }

  private func planes(of kind: Kind) -> Range<Int>? {
    guard let index = kinds.firstIndex(of: kind) else { return nil }
    let start = kinds[..<index].reduce(0) { $0 + $1.count }
    return start..<start + kind.count
  }
}

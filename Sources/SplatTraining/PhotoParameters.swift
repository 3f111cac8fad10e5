package import SplatCore

/// Parameters that are learnt for each photo, with their optimizer's state.
///
/// A kind of parameters, such as an exposure or a pose correction, is a ``Group``. A photo's
/// parameters take a step when the photo is used; Adam counts the steps of each photo.
package struct PhotoParameters: Sendable, Equatable {
  /// A kind of parameters.
  package struct Group: Sendable, Equatable {
    /// The values that every photo begins with.
    package let initial: [Float]
    /// The learning rate.
    package let rate: Float

    package init(initial: [Float], rate: Float) {
      self.initial = initial
      self.rate = rate
    }
  }

  /// The kinds of parameters that a run learns.
  static func groups(_ settings: TrainingSettings) -> [Group] { [] }

  /// One column for each photo; the planes of the groups follow one another.
  package var values: ParameterBlocks
  /// Adam's moments of ``values``.
  package var first: ParameterBlocks, second: ParameterBlocks
  /// How many steps each photo's parameters have taken; without planes if there are no parameters.
  package var steps: ParameterBlocks
  private let groups: [Group]

  /// The initial parameters of `count` photos.
  package init(count: Int = 0, groups: [Group] = []) {
    self.groups = groups
    let initial = groups.flatMap(\.initial)
    values = ParameterBlocks(count: count, planes: initial.count)
    for photo in 0..<count {
      for (plane, value) in initial.enumerated() { values[plane, photo] = value }
    }
    first = ParameterBlocks(count: count, planes: initial.count)
    second = first
    steps = ParameterBlocks(count: count, planes: initial.isEmpty ? 0 : 1)
  }

  /// The parameters of a photo of the group at `index`.
  package func values(ofPhoto photo: Int, group index: Int) -> [Float] {
    planes(of: index).map { values[$0, photo] }
  }

  /// Takes an Adam step with the parameters of a photo; there is one gradient for each group.
  package mutating func step(photo: Int, gradients: [[Float]], settings: AdamSettings) {
    precondition(gradients.count == groups.count, "one gradient for each group")
    guard !groups.isEmpty else { return }
    steps[0, photo] += 1
    let adam = Adam<Float>(step: Int(steps[0, photo]), settings: settings)
    for (index, gradient) in gradients.enumerated() {
      let rate = groups[index].rate * adam.rateFactor
      for (plane, gradient) in zip(planes(of: index), gradient) {
        values[plane, photo] = adam.step(
          values[plane, photo], gradient: gradient, first: &first[plane, photo],
          second: &second[plane, photo], rate: rate)
      }
    }
  }

  private func planes(of index: Int) -> Range<Int> {
    let start = groups[..<index].reduce(0) { $0 + $1.initial.count }
    return start..<start + groups[index].initial.count
  }
}

import SplatCore

/// One value for each Gaussian of a batch.
///
/// Indices come from ``SetBits``, which never exceed a batch, or from a range within it; they are
/// checked in debug builds only.
struct Batch<Element: BitwiseCopyable & Sendable>: Sendable {
  /// The number of Gaussians of a batch.
  static var size: Int { HitMasks.count }

  private let values: BufferView<Element>

  /// `values` has room for ``size``.
  init(values: BufferView<Element>) {
    precondition(values.count == Self.size)
    self.values = values
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get { unsafe values[unchecked: index] }
    nonmutating _modify { yield unsafe &values[unchecked: index] }
  }
}

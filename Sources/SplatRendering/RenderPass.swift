package import SplatCore

/// The projected Gaussians of a model.
package struct ProjectedSplats: Sendable {
  package let projection: Projection
  /// The visible Gaussians: each chunk's from the chunk's first element on.
  package let records: BufferView<ProjectedSplat>
  /// The number of visible Gaussians of each chunk.
  package let recordCounts: [Int]
  /// The tiles under the boxes of the visible Gaussians, in the layout of ``records``.
  package let boxes: BufferView<TileBox>
  /// The number of tiles under the boxes of each chunk's Gaussians.
  package let tileBounds: [Int]
}

/// A prepared picture: what blending and the backward pass need.
package struct RenderPass: Sendable {
  package let projection: Projection
  /// As in ``ProjectedSplats``.
  package let records: BufferView<ProjectedSplat>
  package let recordCounts: [Int]
  /// The tiles' lists of Gaussians.
  package let lists: TileLists

  /// The number of visible Gaussians.
  package var visibleCount: Int { recordCounts.reduce(0, +) }
  /// The share of the model's Gaussians that are visible.
  package var visibleShare: Double {
    Double(visibleCount) / Double(max(1, projection.model.count))
  }
}

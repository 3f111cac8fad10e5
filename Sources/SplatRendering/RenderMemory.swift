import SplatCore
import Synchronization

/// The scratch memory of one render at a time.
package final class RenderMemory: Sendable {
  package let rasterizer = Rasterizer()
  /// Room for the planes of an image, and for those of its gradient.
  let planes = Buffer<Float>(), gradPlanes = Buffer<Float>()
}

/// The memory of renders that run at the same time.
///
/// A render takes a part and gives it back, so that the next render finds it warm.
package final class RenderMemoryPool: Sendable {
  private let idle = Mutex<[RenderMemory]>([])

  package init() {}

  /// Memory that no one else uses until it is given back.
  func take() -> RenderMemory { idle.withLock { $0.popLast() } ?? RenderMemory() }

  /// Gives `memory` back.
  func give(_ memory: RenderMemory) { idle.withLock { $0.append(memory) } }
}

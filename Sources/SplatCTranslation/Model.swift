package import CSplat
package import SplatCBase
import SplatCore
import SplatRendering
import Synchronization

/// Gaussians in the layout of the kernels.
package final class Model: Sendable {
  /// What a render needs of them.
  struct Gaussians: Sendable {
    var parameters: ParameterBlocks
    var form: ParameterForm
    var clusters: ClusterBoxes?
    /// Whether the harmonics were given in two arrays.
    var isSplit: Bool
    /// How the colours lie in the caller's arrays.
    var widths: ColorWidths {
      ColorWidths(shDegree: Plane.shDegree(planes: parameters.planes), isSplit: isSplit)
    }
  }

  private let current: Mutex<Gaussians>

  private init(_ gaussians: Gaussians) { current = Mutex(gaussians) }

  /// The Gaussians as they are now.
  var gaussians: Gaussians { current.withLock { $0 } }

  /// Creates a model; see `splat_model_create`.
  package static func create(
    _ gaussians: UnsafePointer<splat_gaussians>?, _ result: UnsafeMutablePointer<OpaquePointer?>?
  ) throws(CallFailure) {
    let argument = unsafe try GaussiansArgument(gaussians)
    let result = unsafe try Arguments.result(result, "model")
    var model = argument.emptyModel
    argument.copy(to: &model)
    unsafe result.pointee = Handle.make(Model(model))
  }

  /// Replaces a model's Gaussians; see `splat_model_update`.
  package static func update(
    _ model: OpaquePointer?, _ gaussians: UnsafePointer<splat_gaussians>?
  ) throws(CallFailure) {
    let model = unsafe try Handle.object(model, Model.self, "model")
    let argument = unsafe try GaussiansArgument(gaussians)
    model.current.withLock { gaussians in
      if gaussians.parameters.count != argument.rows.count
        || gaussians.parameters.planes != argument.rows.planes
      {
        gaussians = argument.emptyModel
      }
      argument.copy(to: &gaussians)
    }
  }

  /// The number of Gaussians; 0 for NULL.
  package static func count(_ model: OpaquePointer?) -> Int {
    guard let model = unsafe try? Handle.object(model, Model.self, "model") else { return 0 }
    return model.current.withLock { $0.parameters.count }
  }
}

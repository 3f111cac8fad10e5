package import CSplat
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

/// A checked `splat_gaussians`.
struct GaussiansArgument {
  let rows: GaussianRows
  private let boundsClusters: Bool

  init(_ pointer: UnsafePointer<splat_gaussians>?) throws(CallFailure) {
    let name = "gaussians"
    let given = unsafe try Arguments.structure(pointer, name, empty: splat_gaussians())
    // Counts of Gaussians, their coefficients and their floats fit their types.
    let (count, flags) = unsafe (given.count, given.flags)
    guard (0...Int(Int32.max)).contains(count) else {
      throw .argument("\(name)->count", UInt(bitPattern: count), expected: "at most 2^31 - 1")
    }
    let degree = unsafe try Arguments.integer(given.sh_degree, "\(name)->sh_degree", in: -1...4)
    try Arguments.checkFlags(
      flags, known: SPLAT_LINEAR_SCALES | SPLAT_LINEAR_OPACITIES | SPLAT_CULL_CLUSTERS,
      "\(name)->flags")
    var form = ParameterForm()
    form.hasLinearScales = flags & SPLAT_LINEAR_SCALES != 0
    form.hasLinearOpacities = flags & SPLAT_LINEAR_OPACITIES != 0
    form.hasDirectColors = degree < 0
    boundsClusters = flags & SPLAT_CULL_CLUSTERS != 0 && !form.hasLinearScales

    func array(
      _ pointer: UnsafePointer<Float>?, _ width: Int, _ member: String
    ) throws(CallFailure) -> BufferView<Float> {
      unsafe try Arguments.array(pointer, count: count * width, "\(name)->\(member)")
    }
    let isSplit = unsafe given.sh_rest != nil
    guard !isSplit || degree > 0 else {
      throw .argument("\(name)->sh_rest is not NULL; expected NULL with sh_degree \(degree)")
    }
    let widths = ColorWidths(shDegree: max(degree, 0), isSplit: isSplit)
    rows = unsafe GaussianRows(
      count: count, form: form, shDegree: max(degree, 0),
      means: try array(given.means, 3, "means"),
      quaternions: try array(given.quaternions, 4, "quaternions"),
      scales: try array(given.scales, 3, "scales"),
      opacities: try array(given.opacities, 1, "opacities"),
      colors: try array(given.colors, widths.colors, "colors"),
      shRest: isSplit ? try array(given.sh_rest, widths.rest, "sh_rest") : nil)
    try MemoryCheck.require(
      4 * ParameterBlocks.floatCount(count: count, planes: rows.planes), for: "the Gaussians")
  }

  /// A model of the same size.
  var emptyModel: Model.Gaussians {
    Model.Gaussians(
      parameters: ParameterBlocks(count: rows.count, planes: rows.planes), form: rows.form,
      isSplit: rows.shRest != nil)
  }

  /// Overwrites a model of the same size.
  func copy(to model: inout Model.Gaussians) {
    model.form = rows.form
    model.isSplit = rows.shRest != nil
    rows.copy(to: &model.parameters, workers: Workers(threads: ChildProcess.isOne ? 1 : nil))
    model.clusters =
      boundsClusters && !ChildProcess.isOne ? ClusterBoxes(model.parameters) : nil
  }
}

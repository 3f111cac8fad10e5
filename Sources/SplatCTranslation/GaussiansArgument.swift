package import CSplat
package import SplatCBase
import SplatCore
package import SplatRendering

/// A checked `splat_gaussians`.
package struct GaussiansArgument {
  package let rows: GaussianRows
  private let boundsClusters: Bool

  package init(_ pointer: UnsafePointer<splat_gaussians>?) throws(CallFailure) {
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
    rows.copy(to: &model.parameters, workers: Workers(threads: Fork.isChild ? 1 : nil))
    model.clusters =
      boundsClusters && !Fork.isChild ? ClusterBoxes(model.parameters) : nil
  }
}

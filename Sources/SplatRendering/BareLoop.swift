package import SplatCore

/// The kernels' arithmetic with nothing around it, to measure them against.
///
/// A few Gaussians are taken over every row of one tile, with all data in the first-level cache, no list
/// and no ellipse. What the renderer takes for a pair cannot be less. The loops are here and not in the
/// benchmark because the steps are inlined within their module only.
package struct BareLoop {
  /// The size of the tile, in pixels: planes and Gaussians together fit 32 KiB.
  package static let width = 32
  package static let height = 16
  private static let size = width * height
  /// The number of floats that a pass works on.
  package static let scratchCount = 5 * size

  private let splats: [ProjectedSplat]
  private let limits: Compositing.Limits
  /// The pairs of one pass.
  package var pairs: Int { splats.count * Self.size }

  package init(splats: [ProjectedSplat], settings: RenderSettings) {
    self.splats = splats
    limits = Compositing.Limits(settings)
  }

  /// Blends the Gaussians into the planes of a tile.
  package func forward(_ planes: BufferView<Float>) {
    let size = Self.size
    let transmittance = planes.slice(0..<size)
    let red = planes.slice(size..<2 * size)
    let green = planes.slice(2 * size..<3 * size)
    let blue = planes.slice(3 * size..<4 * size)
    planes.fill(0)
    transmittance.fill(1)
    let step = Lanes(Double(Lanes.scalarCount))
    for splat in splats {
      let gaussian = Compositing.Gaussian(splat)
      let color = (
        Lanes(repeating: splat.red), Lanes(repeating: splat.green), Lanes(repeating: splat.blue)
      )
      for y in 0..<Self.height {
        let row = gaussian.row(deltaY: Float(y) - splat.meanY)
        var deltaX = Lanes.ramp - Lanes(repeating: splat.meanX)
        for x in stride(from: 0, to: Self.width, by: Lanes.scalarCount) {
          let at = y * Self.width + x
          let blend = Compositing.forward(
            deltaX: deltaX, gaussian: gaussian, row: row, transmittance: transmittance.lanes(at),
            limits: limits)
          deltaX += step
          transmittance.setLanes(at, blend.transmittance)
          red.setLanes(at, red.lanes(at).addingProduct(blend.weight, color.0))
          green.setLanes(at, green.lanes(at).addingProduct(blend.weight, color.1))
          blue.setLanes(at, blue.lanes(at).addingProduct(blend.weight, color.2))
        }
      }
    }
  }

  /// Takes a gradient of one half back to the Gaussians, and returns the sum of theirs, so that the
  /// compiler leaves nothing out.
  package func backward(_ planes: BufferView<Float>, includesAbsolute: Bool) -> Float {
    let size = Self.size
    let transmittance = planes.slice(0..<size)
    let behind = planes.slice(size..<2 * size)
    let gradRed = planes.slice(2 * size..<3 * size)
    let gradGreen = planes.slice(3 * size..<4 * size)
    let gradBlue = planes.slice(4 * size..<5 * size)
    planes.fill(0.5)
    transmittance.fill(1)
    var everything = Lanes(0)
    let step = Lanes(Double(Lanes.scalarCount))
    for splat in splats {
      let gaussian = Compositing.Gaussian(splat)
      let color = (
        Lanes(repeating: splat.red), Lanes(repeating: splat.green), Lanes(repeating: splat.blue)
      )
      let (conicXX, conicXY) = (Lanes(repeating: splat.conicXX), Lanes(repeating: splat.conicXY))
      var moments = Moments()
      for y in 0..<Self.height {
        let deltaY = Float(y) - splat.meanY
        let row = gaussian.row(deltaY: deltaY)
        let h = Lanes(repeating: deltaY)
        let (rowX, rowY) = (conicXY * h, Lanes(repeating: splat.conicYY) * h)
        var (rowSum, rowSumX, rowSumXX) = (Lanes(0), Lanes(0), Lanes(0))
        var deltaX = Lanes.ramp - Lanes(repeating: splat.meanX)
        for x in stride(from: 0, to: Self.width, by: Lanes.scalarCount) {
          let at = y * Self.width + x
          let blend = Compositing.forward(
            deltaX: deltaX, gaussian: gaussian, row: row, transmittance: transmittance.lanes(at),
            limits: limits)
          transmittance.setLanes(at, blend.transmittance)
          let (red, green, blue) = (gradRed.lanes(at), gradGreen.lanes(at), gradBlue.lanes(at))
          let shade = (color.0 * red).addingProduct(color.1, green).addingProduct(color.2, blue)
          let rest = behind.lanes(at).addingProduct(Lanes(0) - blend.weight, shade)
          behind.setLanes(at, rest)
          moments.red = moments.red.addingProduct(blend.weight, red)
          moments.green = moments.green.addingProduct(blend.weight, green)
          moments.blue = moments.blue.addingProduct(blend.weight, blue)
          let grad = Compositing.backward(blend: blend, shade: shade, behind: rest, limits: limits)
          let gradX = grad * deltaX
          rowSum += grad
          rowSumX += gradX
          rowSumXX = rowSumXX.addingProduct(gradX, deltaX)
          if includesAbsolute {
            moments.absoluteX += (grad * rowX.addingProduct(conicXX, deltaX)).magnitude
            moments.absoluteY += (grad * rowY.addingProduct(conicXY, deltaX)).magnitude
          }
          deltaX += step
        }
        moments.add(sum: rowSum, x: rowSumX, xx: rowSumXX, h: h)
      }
      everything += moments.all
    }
    return everything.total
  }

  /// The sums over pixels that a Gaussian's gradients follow from.
  private struct Moments {
    var red = Lanes(0), green = Lanes(0), blue = Lanes(0)
    var sum = Lanes(0), x = Lanes(0), y = Lanes(0)
    var xx = Lanes(0), xy = Lanes(0), yy = Lanes(0)
    var absoluteX = Lanes(0), absoluteY = Lanes(0)

    @inline(__always)
    mutating func add(sum rowSum: Lanes, x rowX: Lanes, xx rowXX: Lanes, h: Lanes) {
      sum += rowSum
      x += rowX
      xx += rowXX
      y = y.addingProduct(rowSum, h)
      xy = xy.addingProduct(rowX, h)
      yy = yy.addingProduct(rowSum * h, h)
    }

    var all: Lanes {
      red + green + blue + sum + x + y + xx + xy + yy + absoluteX + absoluteY
    }
  }
}

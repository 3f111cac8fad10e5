import SplatCore
import SplatRendering

/// The kernels' arithmetic with nothing around it.
///
/// Some 200 Gaussians are taken over every row of one tile, with all data in the first-level cache, no
/// list and no ellipse. What the renderer takes for a pair cannot be less.
struct BareLoop {
  private static let width = TileGrid.tileWidth
  private static let height = TileGrid.tileHeight

  private let rasterizer = Rasterizer()
  private let splats: BufferView<ProjectedSplat>
  private let limits = Compositing.Limits(RenderSettings())

  /// The pairs of one pass.
  private var pairs: Int { splats.count * Self.width * Self.height }

  init() {
    let scene = Workload.spread("bare", count: 200, width: Self.width, height: Self.height)
    let (rasterizer, count) = (rasterizer, scene.splats.count)
    splats = scene.splats.parameters.storage.withReadOnlyView { parameters in
      let projected = rasterizer.project(
        parameters: parameters, count: count, shDegree: scene.splats.shDegree,
        camera: scene.camera, settings: RenderSettings(), workers: Workers(threads: 1))
      return projected.records.slice(0..<projected.recordCounts.reduce(0, +))
    }
  }

  /// The time for a pair on the way forward, in nanoseconds: the median of many passes.
  func forward() -> Double {
    let planes = Buffer<Float>()
    let view = planes.view(count: 4 * Self.width * Self.height)
    return nanoseconds { runForward(view) }
  }

  /// The same on the way back.
  func backward(includesAbsolute: Bool) -> Double {
    let planes = Buffer<Float>()
    let view = planes.view(count: 5 * Self.width * Self.height)
    var sums = Lanes(0)
    let result = nanoseconds { sums += runBackward(view, includesAbsolute: includesAbsolute) }
    // Without a use of the sums the compiler may leave them out.
    return sums.total.isNaN ? .nan : result
  }

  private func nanoseconds(_ pass: () -> Void) -> Double {
    let times = StageTimes()
    repeating(minimum: 200, seconds: 0.2) { times.time("pass", pass) }
    return (times.median("pass") ?? 0) * 1e9 / Double(pairs)
  }

  private func runForward(_ planes: BufferView<Float>) {
    let size = Self.width * Self.height
    let transmittance = planes.slice(0..<size)
    let red = planes.slice(size..<2 * size)
    let green = planes.slice(2 * size..<3 * size)
    let blue = planes.slice(3 * size..<4 * size)
    planes.fill(0)
    transmittance.fill(1)
    for index in 0..<splats.count {
      let splat = splats[index]
      let gaussian = Compositing.Gaussian(splat)
      let color = (
        Lanes(repeating: splat.red), Lanes(repeating: splat.green), Lanes(repeating: splat.blue)
      )
      for y in 0..<Self.height {
        let row = gaussian.row(deltaY: Float(y) - splat.meanY)
        for x in stride(from: 0, to: Self.width, by: Lanes.scalarCount) {
          let at = y * Self.width + x
          let blend = Compositing.forward(
            deltaX: Lanes(repeating: Float(x) - splat.meanX) + Lanes.ramp, gaussian: gaussian,
            row: row, transmittance: transmittance.lanes(at), limits: limits)
          transmittance.setLanes(at, blend.transmittance)
          red.setLanes(at, red.lanes(at).addingProduct(blend.weight, color.0))
          green.setLanes(at, green.lanes(at).addingProduct(blend.weight, color.1))
          blue.setLanes(at, blue.lanes(at).addingProduct(blend.weight, color.2))
        }
      }
    }
  }

  private func runBackward(_ planes: BufferView<Float>, includesAbsolute: Bool) -> Lanes {
    let size = Self.width * Self.height
    let transmittance = planes.slice(0..<size)
    let behind = planes.slice(size..<2 * size)
    let gradRed = planes.slice(2 * size..<3 * size)
    let gradGreen = planes.slice(3 * size..<4 * size)
    let gradBlue = planes.slice(4 * size..<5 * size)
    planes.fill(0.5)
    transmittance.fill(1)
    var everything = Lanes(0)
    for index in 0..<splats.count {
      let splat = splats[index]
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
        for x in stride(from: 0, to: Self.width, by: Lanes.scalarCount) {
          let at = y * Self.width + x
          let deltaX = Lanes(repeating: Float(x) - splat.meanX) + Lanes.ramp
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
        }
        moments.add(sum: rowSum, x: rowSumX, xx: rowSumXX, h: h)
      }
      everything += moments.all
    }
    return everything
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

import SplatTraining

/// A training loop of one's own, with a loss of one's own besides that of the photos: opacities are
/// to be small.
enum CustomLoss {
  static func run() throws {
    let views = Scene.views(Scene.cameras(8, width: 64, height: 48))
    var splats = try Splats(
      validating: (0..<Scene.splats.count).map { index in
        var splat = Scene.splats[index]
        splat.shCoefficients[0] = .zero
        return splat
      }, shDegree: 0)

    let (renderer, loss) = (Renderer(), PhotoLoss())
    var optimizer = SplatOptimizer(for: splats, extent: 4)
    var losses: [Double] = []
    for step in 0..<160 {
      let view = views[step % views.count]
      let pass = renderer.forward(splats, from: view.camera)
      let (value, gradient) = loss.evaluate(pass.frame, against: view)
      losses.append(value)
      var gradients = pass.backward(gradient).splats
      for index in 0..<splats.count { gradients[index].opacityLogit += 1e-6 }
      optimizer.step(&splats, gradients, progress: Double(step) / 160)
    }
    let (start, end) = (losses.prefix(8).reduce(0, +), losses.suffix(8).reduce(0, +))
    check(end < 0.5 * start, "the loss fell from \(start / 8) to \(end / 8) only")

    // Half of the Gaussians, and these once more.
    let half = Array(0..<Int32(splats.count / 2))
    var chosen = splats.gathered(half)
    chosen.append(splats.filter { $0.opacityLogit > -10 })
    check(chosen.count == half.count + splats.count, "appended and selected")
    optimizer.gather(half)

    do {
      _ = try Splats(validating: 3, shDegree: 9)
      fatalError("a degree of 9 was accepted")
    } catch .shDegree(9) {
    } catch { fatalError("\(error)") }
    print("embedding: a loop of its own brought the loss from \(start / 8) to \(end / 8)")
  }
}

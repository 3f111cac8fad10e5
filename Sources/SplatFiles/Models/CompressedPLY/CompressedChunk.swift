import SplatCore

/// The ranges of the values of 256 neighbouring Gaussians of a compressed PLY file.
struct CompressedChunk: BitwiseCopyable, Sendable {
  let means: Bounds
  let logScales: Bounds
  /// Of 0.5 + constant * coefficient.
  let colors: Bounds

  /// Log scales are held to this distance from 0.
  private static let largestLogScale: Float = 20
  /// Ranges of values that are smaller than this are none.
  private static let smallestRange: Float = 1e-5

  init(means: Bounds, logScales: Bounds, colors: Bounds) {
    self.means = means
    self.logScales = logScales
    self.colors = colors
  }

  /// The ranges of some Gaussians of a model.
  init(of parameters: ParameterBlocks, _ indices: ArraySlice<Int32>) {
    var (means, logScales, colors) = (Bounds(), Bounds(), Bounds())
    parameters.withReadOnlyView { view in
      for index in indices {
        means.widen(to: view.vector(Plane.means, Int(index)))
        logScales.widen(to: Self.logScale(view, Int(index)))
        colors.widen(to: Self.color(view, Int(index)))
      }
    }
    self.init(means: means, logScales: logScales, colors: colors)
  }

  /// The numbers of a chunk's row.
  var bounds: [Float] {
    [means.low, means.high, logScales.low, logScales.high, colors.low, colors.high].flatMap {
      [$0.x, $0.y, $0.z]
    }
  }

  private static func logScale(_ view: ParameterView, _ index: Int) -> SIMD3<Float> {
    let limit = largestLogScale
    return view.vector(Plane.logScales, index).clamped(
      lowerBound: SIMD3(repeating: -limit), upperBound: SIMD3(repeating: limit))
  }

  private static func color(_ view: ParameterView, _ index: Int) -> SIMD3<Float> {
    0.5 + zerothHarmonic * view.vector(Plane.sh, index)
  }

  // MARK: Packing

  /// The four integers of a Gaussian: position, rotation, scale, colour with opacity.
  func pack(_ index: Int, of view: ParameterView) -> SIMD4<UInt32> {
    let opacity = Quantum.unorm(Logistic.forward(view[Plane.opacityLogit, index]), bits: 8)
    let color = Self.shares(Self.color(view, index), colors)
    let rgb = (0..<3).reduce(UInt32(0)) { $0 << 8 | Quantum.unorm(color[$1], bits: 8) }
    return SIMD4(
      Self.packed(Self.shares(view.vector(Plane.means, index), means)),
      Self.packed(view.rotation(index).unit),
      Self.packed(Self.shares(Self.logScale(view, index), logScales)),
      rgb << 8 | opacity)
  }

  /// Where a value lies in its range, 0...1.
  private static func shares(_ value: SIMD3<Float>, _ bounds: Bounds) -> SIMD3<Float> {
    let range = bounds.high - bounds.low
    return ((value - bounds.low) / range).replacing(
      with: 0, where: range .< smallestRange)
  }

  /// Three shares in 11, 10 and 11 bits.
  private static func packed(_ share: SIMD3<Float>) -> UInt32 {
    Quantum.unorm(share.x, bits: 11) << 21 | Quantum.unorm(share.y, bits: 10) << 11
      | Quantum.unorm(share.z, bits: 11)
  }

  private static func packed(_ q: Quaternion<Float>) -> UInt32 {
    let three = SmallestThree(SIMD4(q.w, q.x, q.y, q.z))
    let half = Float(0.5).squareRoot()
    return (0..<3).reduce(UInt32(three.largest)) { bits, place in
      bits << 10 | Quantum.unorm(three.others[place] * half + 0.5, bits: 10)
    }
  }

  // MARK: Unpacking

  /// Writes a Gaussian from its four integers.
  func unpack(_ packed: SIMD4<UInt32>, _ index: Int, into view: ParameterView) {
    view.setVector(Plane.means, index, Self.value(Self.shares(packed[0]), means))
    view.setVector(Plane.logScales, index, Self.value(Self.shares(packed[2]), logScales))
    func byte(_ shift: UInt32) -> Float { Float(packed[3] >> shift & 255) / 255 }
    let color = Self.value(SIMD3(byte(24), byte(16), byte(8)), colors)
    view.setVector(Plane.sh, index, (color - 0.5) / zerothHarmonic)
    view[Plane.opacityLogit, index] = Quantum.logit(byte(0))
    var others = SIMD3<Float>()
    for place in 0..<3 {
      let part = packed[1] >> UInt32((2 - place) * 10) & 1023
      others[place] = (Float(part) / 1023 - 0.5) * Float(2).squareRoot()
    }
    let q = SmallestThree(largest: Int(packed[1] >> 30), others: others).parts
    view.setRotation(index, Quaternion(w: q[0], x: q[1], y: q[2], z: q[3]))
  }

  private static func shares(_ packed: UInt32) -> SIMD3<Float> {
    SIMD3(
      Float(packed >> 21) / 2047, Float(packed >> 11 & 1023) / 1023, Float(packed & 2047) / 2047)
  }

  private static func value(_ share: SIMD3<Float>, _ bounds: Bounds) -> SIMD3<Float> {
    bounds.low * (1 - share) + bounds.high * share
  }
}

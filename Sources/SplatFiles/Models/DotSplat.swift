import SplatCore

/// The files of antimatter15's viewer: 32 bytes a Gaussian, no header, no spherical harmonics.
enum DotSplat {
  private static let recordSize = 32

  /// Whether a file has the size of one of these.
  static func fits(_ bytes: FileBytes) -> Bool {
    bytes.count > 0 && bytes.count % recordSize == 0
  }

  static func read(_ bytes: FileBytes, path: String) throws(FileError) -> SplatFile {
    let count = bytes.count / recordSize
    guard fits(bytes) else {
      throw .bad(
        path, nil,
        "has \(bytes.count) bytes; a multiple of \(recordSize), those of a Gaussian, was expected")
    }
    try ModelLimits.check(count: count, shDegree: 0, fileBytes: bytes.count, path: path)
    var splats = Splats(count: count, shDegree: 0)
    splats.parameters.withView { view in
      bytes.forEachRow(count, from: 0, size: recordSize) { decode(bytes, $0, into: view) }
    }
    return try SplatFile(checking: consume splats, format: .splat, path: path)
  }

  @inline(__always)
  private static func decode(_ bytes: FileBytes, _ index: Int, into view: ParameterView) {
    let base = index * recordSize
    func float(_ offset: Int) -> Float {
      bytes.float(at: base + offset)
    }
    for axis in 0..<3 {
      view[Plane.means + axis, index] = float(axis * 4)
      let scale = float(12 + axis * 4)
      view[Plane.logScales + axis, index] =
        scale == 0 ? Quantum.flatLogScale : Float.log(scale)
      view[Plane.sh + axis, index] = (Float(bytes[base + 24 + axis]) / 255 - 0.5) / zerothHarmonic
    }
    view[Plane.opacityLogit, index] = Quantum.logit(Float(bytes[base + 27]) / 255)
    func part(_ offset: Int) -> Float { (Float(bytes[base + 28 + offset]) - 128) / 128 }
    view.setRotation(index, Quaternion(w: part(0), x: part(1), y: part(2), z: part(3)).unit)
  }

  /// Writes the most important Gaussians first, so that a part of the file shows what matters.
  ///
  /// Numbers are rounded to bytes where the reference truncates them, which halves the error.
  static func write(_ splats: Splats, to path: String) throws(FileError) {
    let order = SplatImportance.volume.order(splats)
    try FileOutput.write(to: path) { (output: inout FileOutput) throws(FileError) in
      try output.append(rows: splats.count, size: recordSize) { row, target in
        encode(splats.parameters, Int(order[row]), into: target)
      }
    }
  }

  @inline(__always)
  private static func encode(
    _ parameters: ParameterBlocks, _ index: Int, into target: BufferView<UInt8>
  ) {
    parameters.withReadOnlyView { view in
      for axis in 0..<3 {
        target.store(view[Plane.means + axis, index], at: axis * 4)
        target.store(Float.exp(view[Plane.logScales + axis, index]), at: 12 + axis * 4)
        let color = (0.5 + zerothHarmonic * view[Plane.sh + axis, index]) * 255 + 0.5
        target[24 + axis] = Quantum.byte(color)
      }
      target[27] = Quantum.byte(Logistic.forward(view[Plane.opacityLogit, index]) * 255 + 0.5)
      let q = view.rotation(index).unit
      for (part, value) in [q.w, q.x, q.y, q.z].enumerated() {
        target[28 + part] = Quantum.byte(value * 128 + 128.5)
      }
    }
  }
}

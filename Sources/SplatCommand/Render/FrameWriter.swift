import SplatFiles
import SplatRendering
import Synchronization

/// Compresses frames and writes their files; several threads may use it at once.
final class FrameWriter: Sendable {
  private let folder: String
  private let depth: Bool
  private let alpha: Bool
  private let raw: Bool
  /// What the samples of the depth files are multiplied by, by the names of the frames.
  private let depthScales = Mutex<[String: Double]>([:])

  /// Creates the folder for the frames.
  init(folder: String, files: FrameFileOptions) throws(FileError) {
    self.folder = folder
    depth = files.depth
    alpha = files.alpha
    raw = files.raw
    try FileOutput.makeFolder(folder)
  }

  /// Writes the files of `frame`.
  func write(_ frame: Frame, name: String) throws(FileError) {
    let path = "\(folder)/\(name)"
    if let slash = name.lastIndex(of: "/") {
      try FileOutput.makeFolder("\(folder)/\(name[..<slash])")
    }
    let photo =
      alpha
      ? Photo(width: frame.width, height: frame.height, channels: 4, bytes: frame.straightRGBA8)
      : Photo(width: frame.width, height: frame.height, channels: 3, bytes: frame.rgb8)
    try PNGFile.write(photo, to: "\(path).png", isFast: true)
    if depth {
      let (samples, scale) = frame.depth16
      try PNGFile.write(
        grey16: samples, width: frame.width, height: frame.height, to: "\(path).depth.png")
      depthScales.withLock { $0[name] = scale }
    }
    if raw {
      try NPYFile.write(
        frame.interleaved, shape: [frame.height, frame.width, 4], to: "\(path).npy")
      try NPYFile.write(
        frame.depth, shape: [frame.height, frame.width], to: "\(path).depth.npy")
    }
  }

  /// Writes `depth.json`, which tells what turns the samples of the depth files into depths.
  ///
  /// Entries that are there already stay if their frames belong to the same run: other programs
  /// may have drawn its other parts.
  func writeDepthIndex(framesOfRun: [String], areDistances: Bool) throws(FileError) {
    let index = DepthIndex(folder: folder, areDistances: areDistances)
    try index.add(depthScales.withLock { $0 }, framesOfRun: Set(framesOfRun))
  }
}

extension Frame {
  /// height x width x 4: colours divided by alpha, and alpha; drawn over black.
  var straightRGBA8: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: width * height * 4)
    for pixel in 0..<width * height where alpha[pixel] > 0 {
      let opacity = alpha[pixel]
      bytes[pixel * 4] = Frame.byte(red[pixel] / opacity)
      bytes[pixel * 4 + 1] = Frame.byte(green[pixel] / opacity)
      bytes[pixel * 4 + 2] = Frame.byte(blue[pixel] / opacity)
      bytes[pixel * 4 + 3] = Frame.byte(opacity)
    }
    return bytes
  }

  /// height x width x 4: red, green, blue and alpha as they were drawn.
  var interleaved: [Float] {
    var values = [Float](repeating: 0, count: width * height * 4)
    for pixel in 0..<width * height {
      values[pixel * 4] = red[pixel]
      values[pixel * 4 + 1] = green[pixel]
      values[pixel * 4 + 2] = blue[pixel]
      values[pixel * 4 + 3] = alpha[pixel]
    }
    return values
  }

  /// The depths in steps of a 65,535th of the largest, and the size of a step; 0 where nothing is.
  var depth16: (samples: [UInt16], scale: Double) {
    let largest = depth.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
    guard largest > 0 else { return ([UInt16](repeating: 0, count: depth.count), 1) }
    let scale = largest / 65535
    let samples = depth.map { value -> UInt16 in
      guard value > 0, value.isFinite else { return 0 }
      return UInt16(min(65535, max(1, (value / scale).rounded())))
    }
    return (samples, Double(scale))
  }
}

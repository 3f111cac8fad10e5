import Dispatch
import Foundation
import SplatFiles
import SplatRendering
import Synchronization

/// Compresses and writes frames while the next ones are drawn.
final class FrameWriter: Sendable {
  private struct State {
    var failure: FileError?
    var scales: [String: Double] = [:]
  }

  private let folder: String
  private let depth: Bool
  private let alpha: Bool
  private let raw: Bool
  private let queue = DispatchQueue(label: "frames", attributes: .concurrent)
  private let group = DispatchGroup()
  /// Frames that may wait to be written; more would only take memory.
  private let slots = DispatchSemaphore(value: 3)
  private let state = Mutex(State())

  /// Creates the folder for the frames.
  init(folder: String, files: FrameFileOptions) throws(FileError) {
    self.folder = folder
    depth = files.depth
    alpha = files.alpha
    raw = files.raw
    try FileOutput.makeFolder(folder)
  }

  /// Writes the files of `frame` in the background.
  ///
  /// - Throws: what went wrong with an earlier frame.
  func write(_ frame: Frame, name: String) throws(FileError) {
    if let failure = state.withLock(\.failure) { throw failure }
    slots.wait()
    queue.async(group: group) { [self] in
      defer { slots.signal() }
      do throws(FileError) {
        try writeNow(frame, name: name)
      } catch {
        state.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }

  /// Waits for all frames; returns the scales of the depth files.
  func finish() throws(FileError) -> [String: Double] {
    group.wait()
    let state = state.withLock { $0 }
    if let failure = state.failure { throw failure }
    return state.scales
  }

  private func writeNow(_ frame: Frame, name: String) throws(FileError) {
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
      state.withLock { $0.scales[name] = scale }
    }
    if raw {
      try NPYFile.write(
        frame.interleaved, shape: [frame.height, frame.width, 4], to: "\(path).npy")
      try NPYFile.write(
        frame.depth, shape: [frame.height, frame.width], to: "\(path).depth.npy")
    }
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

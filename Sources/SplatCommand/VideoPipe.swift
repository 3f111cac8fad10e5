import Foundation
import SplatCore

/// Frames on their way to a video file, through ffmpeg.
final class VideoPipe {
  private let process = Process()
  private let pipe = Pipe()
  private let path: String
  private let width: Int, height: Int

  init(path: String, size: Camera) throws {
    self.path = path
    (width, height) = (size.width, size.height)
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let program = folders.map({ "\($0)/ffmpeg" })
        .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else {
      throw CommandFailure(
        code: 66,
        message: "--video needs ffmpeg, which is not installed: apt install ffmpeg, or brew install ffmpeg"
      )
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = [
      "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s",
      "\(width)x\(height)", "-r", "30", "-i", "-", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2",
      "-pix_fmt", "yuv420p", path,
    ]
    process.standardInput = pipe
    try process.run()
  }

  func append(_ frame: Frame) throws {
    guard frame.width == width, frame.height == height else {
      throw CommandFailure(
        code: 65, message: "a video's frames have one size; give it with --size")
    }
    try pipe.fileHandleForWriting.write(contentsOf: Data(frame.rgb8))
  }

  func finish() throws {
    try pipe.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CommandFailure(code: 73, message: "\(path): ffmpeg could not write the video")
    }
  }
}

import SplatFiles
import SplatPlatform
import SplatRendering

/// Hands frames to ffmpeg, which makes a video of them.
final class VideoWriter {
  private let path: String
  private let temporary: String
  private let process: ChildProcess
  private var isFinished = false

  /// Starts ffmpeg.
  ///
  /// - Throws: an error if there is no ffmpeg or if the frames differ in size.
  init(path: String, rate: Double, cameras: [NamedCamera]) throws {
    self.path = path
    guard let first = cameras.first?.camera else { throw Self.failure(path, "there are no frames") }
    for named in cameras
    where named.camera.width != first.width || named.camera.height != first.height {
      throw CommandFailure(
        """
        \(path): the frames of a video have one size, but \(named.name) has \
        \(named.camera.width)x\(named.camera.height) and the first frame \
        \(first.width)x\(first.height); --size makes them equal
        """, exitCode: 64)
    }
    let program = try ExternalProgram("ffmpeg", purpose: "\(path): a video")
    // The ending tells ffmpeg the format, so that it has to stay at the end.
    Leftovers.remove(of: path)
    let ending = path.lastIndex(of: ".").map { path[$0...] } ?? ""
    temporary = Leftovers.temporary(for: path) + ending
    let arguments = [
      "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s",
      "\(first.width)x\(first.height)", "-r", "\(rate)", "-i", "-", "-vf",
      "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", temporary,
    ]
    // A video program that ends early is an error to report, not a reason to die.
    _ = signal(SIGPIPE, SIG_IGN)
    process = try program.start(arguments, hasInput: true)
  }

  deinit {
    guard !isFinished else { return }
    process.terminate()
    process.wait()
    try? FileManager.default.removeItem(atPath: temporary)
  }

  /// Adds a frame.
  func append(_ frame: Frame) throws {
    guard process.write(frame.rgb8) else {
      throw Self.failure(path, "ffmpeg stopped taking frames")
    }
  }

  /// Waits for the video and gives it its name.
  func finish() throws {
    let status = process.wait()
    guard status == 0 else { throw Self.failure(path, "ffmpeg ended with status \(status)") }
    guard unsafe rename(temporary, path) == 0 else {
      throw Self.failure(path, "cannot be put in its place")
    }
    isFinished = true
  }

  private static func failure(_ path: String, _ problem: String) -> FileError {
    FileError(.cannotWrite, path: path, problem: problem)
  }
}

import SplatCore
import SplatFiles
import SplatPlatform

/// The frames of a video that ffmpeg has written to a folder.
struct VideoFrames {
  /// The folder, which holds nothing else.
  let folder: String

  /// Frames are decoded no larger than they must be to have this many pixels a side, which is
  /// enough to see blur.
  private static let measuredSide = 480

  /// The arguments that make ffmpeg write `rate` frames a second, and say how far it is.
  static func arguments(video: String, rate: Double, folder: String) -> [String] {
    [
      "-nostdin", "-hide_banner", "-nostats", "-progress", "-", "-i", video, "-vf", "fps=\(rate)",
      "-qscale:v", "2", "\(folder)/%05d.jpg",
    ]
  }

  /// The seconds of the video, from a line of ffmpeg's output such as
  /// `Duration: 00:01:02.50, start: 0.0`.
  static func duration(_ line: Substring) -> Double? {
    guard let match = line.firstMatch(of: /Duration: (\d+):(\d+):(\d+(?:\.\d+)?)/),
      let hours = Double(match.1), let minutes = Double(match.2), let seconds = Double(match.3)
    else { return nil }
    return hours * 3600 + minutes * 60 + seconds
  }

  /// The frames that have been written, from a line of ffmpeg's progress such as `frame=12`.
  static func count(_ line: Substring) -> Int? {
    line.wholeMatch(of: /frame=\s*(\d+)/).flatMap { Int($0.1) }
  }

  /// Keeps the sharpest frame of every `window` in turn, and numbers these from 1 on.
  ///
  /// - Parameters:
  ///   - window: the number of frames of which one is kept.
  ///   - progress: called with the number of frames that have been looked at, and their number.
  /// - Throws: what is wrong with a frame, or ``ProgramRun/Stopped``.
  func keepSharpest(ofEvery window: Int, progress: (Int, Int) -> Void) throws {
    let names = SceneFiles.images(in: folder)
    for (kept, start) in stride(from: 0, to: names.count, by: window).enumerated() {
      if Interrupt.received != nil { throw ProgramRun.Stopped() }
      let paths = names[start..<min(start + window, names.count)].map { "\(folder)/\($0)" }
      var sharpest = (path: paths[0], sharpness: -1.0)
      for path in paths {
        let photo = try ImageFile.read(
          path: path, minimumWidth: Self.measuredSide, minimumHeight: Self.measuredSide)
        let sharpness = photo.sharpness
        if sharpness > sharpest.sharpness { sharpest = (path, sharpness) }
      }
      // The place of the frame that is kept is at or before all of these.
      for path in paths where path != sharpest.path {
        try FileManager.default.removeItem(atPath: path)
      }
      let target = "\(folder)/\(FrameNames.numbered(kept + 1)).jpg"
      if target != sharpest.path {
        try FileManager.default.moveItem(atPath: sharpest.path, toPath: target)
      }
      progress(min(start + window, names.count), names.count)
    }
  }
}

import ArgumentParser

/// Which files are written for a frame besides `NAME.png`.
struct FrameFileOptions: ParsableArguments {
  @Flag(
    help: """
      Write NAME.depth.png, 16 bits: depth divided by the frame's `scale` in depth.json, 0 where \
      nothing is.
      """)
  var depth = false

  @Flag(help: "Write the opacity as the alpha of NAME.png (straight), without any background.")
  var alpha = false

  @Flag(
    help: """
      Write NAME.npy, float32, height x width x 4 (RGB not clamped, alpha), and NAME.depth.npy, \
      height x width.
      """)
  var raw = false

  @Option(
    help: ArgumentHelp("Also make a video of the frames, with ffmpeg.", valueName: "file"),
    completion: .file())
  var video: String?

  @Option(help: ArgumentHelp("The video's frames per second.", valueName: "rate"))
  var fps = 30.0

  func validate() throws {
    guard fps >= 0.1, fps <= 1000 else {
      throw ValidationError("--fps is \(fps); 0.1...1000 are expected.")
    }
  }

  /// Whether frames need a depth plane.
  var needsDepth: Bool { depth || raw }
}

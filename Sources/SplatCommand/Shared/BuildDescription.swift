import CBuild

/// What the program was built from and for, which the build tells it.
enum BuildDescription {
  /// Such as `x86-64-v3, commit 0539a403`; only releases know their commit.
  static let text: String = {
    let processor = unsafe String(cString: splat_build_processor())
    let commit = unsafe String(cString: splat_build_commit())
    return commit == "unknown" ? processor : "\(processor), commit \(commit)"
  }()
}

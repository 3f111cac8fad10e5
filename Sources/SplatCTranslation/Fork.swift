import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Whether this process is a child of the one that loaded the library.
///
/// The threads of the parent do not exist in a child, where Dispatch cannot replace them.
enum Fork {
  private static let flag = Atomic<Bool>(false)
  private static let isWatched: Bool = {
    pthread_atfork(nil, nil) { Fork.flag.store(true, ordering: .relaxed) } == 0
  }()

  /// Notices forks from now on.
  static func watch() { _ = isWatched }

  /// Whether the process was forked since then.
  static var isChild: Bool { flag.load(ordering: .relaxed) }
}

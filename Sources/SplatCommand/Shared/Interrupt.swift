import SplatPlatform
import Synchronization

/// Whether the user or the system has asked the program to stop.
///
/// The first request is only recorded, so that work can be saved; a second one ends the program at
/// once.
enum Interrupt {
  private static let signalNumber = Atomic<Int32>(0)

  /// The request's signal, if there was one.
  static var received: Int32? {
    let number = signalNumber.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// The exit code for the request, by the convention of shells.
  static var exitCode: Int32 { 128 + (received ?? SIGINT) }

  /// Records requests from now on.
  ///
  /// - Parameter includesUser: whether the signal USR1 is one, which launchers pass on to all
  ///   processes, and clusters give before the end of a job's time.
  static func watch(includesUser: Bool = false) {
    // Initialise the variable before a handler can be the first to use it.
    _ = received
    // The parent process may have passed on a mask that blocks the signals.
    var signals = sigset_t()
    _ = unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] + (includesUser ? [SIGUSR1] : []) {
      _ = unsafe sigaddset(&signals, number)
      _ = signal(number) { number in
        Interrupt.signalNumber.store(number, ordering: .relaxed)
        _ = signal(number, SIG_DFL)
      }
    }
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}

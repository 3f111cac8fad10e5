import SplatPlatform
import SplatTraining
import Synchronization

/// The end of the program, which the processes that train with it must learn of.
enum ProgramEnd {
  private static let company = Mutex<(any RanksToEnd)?>(nil)

  /// Notes that `ranks` take part in what this program does.
  static func inform(_ ranks: any RanksToEnd) { company.withLock { $0 = ranks } }

  /// Lets this process write if it is one of several, for what the first of them does not know.
  static func unmute() { if company.withLock({ $0 != nil }) { Console.unmute() } }

  /// Ends the program with an exit code.
  ///
  /// - Parameter isAgreed: whether all processes end now; if they do not know of it, they are
  ///   ended too.
  static func exit(_ code: Int32, isAgreed: Bool = true) -> Never {
    if let ranks = company.withLock({ $0 }) {
      if isAgreed { ranks.finish() } else { ranks.abort(code: code) }
    }
    SplatPlatform.exit(code)
  }
}

/// Ranks whose processes can be ended.
protocol RanksToEnd: Ranks {
  /// Ends the connection to the others, once all have called this.
  func finish()
  /// Ends the processes of all ranks with an exit code.
  func abort(code: Int32)
}

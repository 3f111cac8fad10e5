/// Another program that this one has started.
package final class ChildProcess {
  /// Where the program's standard output and errors go.
  package enum Output {
    /// Nowhere.
    case none
    /// To an open file.
    case file(Descriptor)
    /// To ``ChildProcess/output``.
    case pipe
  }

  /// Why a program could not be started, in the system's words.
  package struct Failure: Error { package let description: String }

  private let identifier: pid_t
  /// Set as soon as it is known that the program has ended: its status as `waitpid` gives it.
  private var status: Int32?
  /// Where the program's standard input comes from, if it was asked for.
  private var input: Descriptor?
  private let output: Descriptor?

  /// Starts the program in the file at `path`.
  ///
  /// - Parameters:
  ///   - arguments: its arguments, without its own name.
  ///   - environment: variables in addition to those of this program.
  ///   - hasInput: whether ``write(_:)`` is to feed its standard input, which is empty otherwise.
  ///   - output: where its standard output goes.
  ///   - errors: where its standard errors go.
  package init(
    path: String, arguments: [String], environment: [String: String] = [:],
    hasInput: Bool = false, output: Output = .none, errors: Output? = nil
  ) throws(Failure) {
    // Open the ends of the pipes; those of this program are not passed on.
    let inputEnds = hasInput ? try Self.pipe() : nil
    let outputEnds = if case .pipe = output { try Self.pipe() } else { Self.Ends?.none }
    guard let nowhere = Descriptor(path: "/dev/null", flags: O_RDWR) else {
      throw Failure(description: systemMessage(errno))
    }
    func target(_ output: Output?) -> Int32? {
      switch output {
      case .some(.none): nowhere.number
      case .file(let file): file.number
      case .pipe: outputEnds?.write.number
      case nil: nil
      }
    }
    // Say what the program's three files are; without a target it keeps this program's errors.
    let files = Actions()
    files.duplicate(inputEnds?.read.number ?? nowhere.number, as: 0)
    if let target = target(output) { files.duplicate(target, as: 1) }
    if let target = target(errors) { files.duplicate(target, as: 2) }
    // Start it.
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    let result = files.spawn(path, [path] + arguments, variables.map { "\($0)=\($1)" })
    guard result.error == 0 else { throw Failure(description: systemMessage(result.error)) }
    identifier = result.identifier
    input = inputEnds?.write
    self.output = outputEnds?.read
  }

  /// Whether the program has not ended yet.
  package var isRunning: Bool {
    guard status == nil else { return false }
    var found: Int32 = 0
    let result = unsafe waitpid(identifier, &found, WNOHANG)
    if result == identifier { status = found }
    if result < 0, errno != EINTR { status = 0 }
    return status == nil
  }

  /// Waits for the end of the program, whose input ends.
  ///
  /// - Returns: its exit status, or 128 and the number of the signal that ended it.
  @discardableResult
  package func wait() -> Int32 {
    endInput()
    while status == nil {
      var found: Int32 = 0
      let result = unsafe waitpid(identifier, &found, 0)
      if result == identifier { status = found }
      if result < 0, errno != EINTR { status = 0 }
    }
    let status = status ?? 0
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }

  /// Asks the program to end.
  package func terminate() {
    if isRunning { kill(identifier, SIGTERM) }
  }

  /// Feeds bytes to the program.
  ///
  /// - Returns: whether it took all of them.
  package func write(_ bytes: [UInt8]) -> Bool { input?.write(bytes) == 0 }

  /// Ends the program's input.
  package func endInput() { input = nil }

  /// What the program writes to its standard output until it closes it.
  package func readOutput() -> [UInt8] { output?.readToEnd() ?? [] }

  private typealias Ends = (read: Descriptor, write: Descriptor)

  private static func pipe() throws(Failure) -> Ends {
    var ends: [Int32] = [-1, -1]
    guard systemPipe(&ends) == 0 else { throw Failure(description: systemMessage(errno)) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (Descriptor(ends[0]), Descriptor(ends[1]))
  }
}

/// What is done with files between the start of a program and its first instruction.
@safe
private final class Actions {
  #if canImport(Darwin)
    private var actions: posix_spawn_file_actions_t?
  #else
    private var actions = unsafe posix_spawn_file_actions_t()
  #endif

  init() { _ = unsafe posix_spawn_file_actions_init(&actions) }

  deinit { _ = unsafe posix_spawn_file_actions_destroy(&actions) }

  /// Makes the program's file `number` the one that is `source` here.
  func duplicate(_ source: Int32, as number: Int32) {
    _ = unsafe posix_spawn_file_actions_adddup2(&actions, source, number)
  }

  /// Starts a program; `error` is 0 or the system's reason.
  func spawn(_ path: String, _ arguments: [String], _ environment: [String])
    -> (identifier: pid_t, error: Int32)
  {
    var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer { unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) } }
    var identifier: pid_t = 0
    let error = unsafe posix_spawn(
      &identifier, path, &actions, nil, &argumentPointers, &environmentPointers)
    return (identifier, error)
  }
}

// Inside the type `pipe` would be its own method.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { unsafe pipe(&ends) }

import SplatPlatform

/// An external program.
struct ExternalProgram {
  /// Its file.
  let path: String

  /// Finds the program `name` in the folders of PATH, as a shell does.
  ///
  /// - Parameters:
  ///   - name: the name of the program, and of its package for apt and brew.
  ///   - purpose: what needs it, for the message if it is missing.
  ///   - source: where to get it, if there is no such package.
  init(_ name: String, purpose: String, source: String? = nil) throws(CommandFailure) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard
      let path = folders.map({ "\($0)/\(name)" }).first(where: {
        FileManager.default.isExecutableFile(atPath: $0)
      })
    else {
      throw CommandFailure(
        """
        \(purpose) needs the program \(name), which is not installed \
        (\(source ?? "apt-get install \(name), or brew install \(name)"))
        """, exitCode: CommandFailure.notFound)
    }
    self.path = path
  }

  /// Starts the program; see ``ChildProcess`` for the arguments.
  func start(
    _ arguments: [String], environment: [String: String] = [:], hasInput: Bool = false,
    output: ChildProcess.Output = .none, errors: ChildProcess.Output? = nil
  ) throws(CommandFailure) -> ChildProcess {
    do throws(ChildProcess.Failure) {
      return try ChildProcess(
        path: path, arguments: arguments, environment: environment, hasInput: hasInput,
        output: output, errors: errors)
    } catch {
      throw CommandFailure(
        "\(path) cannot be started: \(error.description)", exitCode: CommandFailure.internalError)
    }
  }
}

/// One of several equal parts of a piece of work.
struct Part: Equatable, Sendable {
  /// The number of this part, from 1; 0 if the environment is to say it.
  let number: Int
  /// The number of parts.
  let count: Int

  /// The environment is to say which part.
  static let automatic = Part(number: 0, count: 0)

  var isAutomatic: Bool { count == 0 }

  /// The pieces of this part, of `pieces`: neighbours, and as many in each part but for one.
  func range(of pieces: Int) -> Range<Int> {
    (number - 1) * pieces / count..<number * pieces / count
  }

  /// The part that a launcher chose for this program.
  static func fromEnvironment(_ environment: [String: String]) throws(CommandFailure) -> Part {
    if let task = try LaunchedTask.find(in: environment, option: "--part auto") {
      return Part(number: task.rank + 1, count: task.count)
    }
    throw CommandFailure(
      """
      --part auto: no launcher has said which part this is (\(LaunchedTask.names)); start the \
      program with mpirun or srun, or give --part K/N
      """, exitCode: 64)
  }
}

/// One of the processes that a launcher has started together.
struct LaunchedTask: Equatable, Sendable {
  /// Which of them this is, counted from 0.
  let rank: Int
  /// The number of processes.
  let count: Int
  /// The variable that says their number.
  let variable: String

  /// The variables in which launchers tell a program its rank and the number of all, by launcher.
  private static let variables = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
  ]

  /// The names of the variables with ranks.
  static var names: String { variables.map(\.0).joined(separator: ", ") }

  /// What a launcher says in `environment` about this program; nil if none does.
  ///
  /// - Parameter option: what asks for it, for messages.
  static func find(in environment: [String: String], option: String) throws(CommandFailure)
    -> LaunchedTask?
  {
    for (rankName, sizeName) in variables {
      guard let rankText = environment[rankName], let sizeText = environment[sizeName] else {
        continue
      }
      guard let rank = Int(rankText), let size = Int(sizeText), size > 0, 0..<size ~= rank else {
        throw CommandFailure(
          """
          \(option): \(rankName) is "\(rankText)" and \(sizeName) is "\(sizeText)"; a number of 0 \
          or more and a larger one were expected
          """, exitCode: 64)
      }
      return LaunchedTask(rank: rank, count: size, variable: sizeName)
    }
    return nil
  }
}

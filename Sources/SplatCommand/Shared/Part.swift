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

  /// The variables in which launchers tell a program its rank and the number of all, by launcher.
  private static let variables = [
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE"),
    ("MV2_COMM_WORLD_RANK", "MV2_COMM_WORLD_SIZE"), ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS"),
  ]

  /// The part that a launcher chose for this program.
  static func fromEnvironment(_ environment: [String: String]) throws(CommandFailure) -> Part {
    for (rankName, sizeName) in variables {
      guard let rankText = environment[rankName], let sizeText = environment[sizeName] else {
        continue
      }
      guard let rank = Int(rankText), let size = Int(sizeText), size > 0, 0..<size ~= rank else {
        throw CommandFailure(
          """
          --part auto: \(rankName) is "\(rankText)" and \(sizeName) is "\(sizeText)"; a number \
          of 0 or more and a larger one were expected
          """, exitCode: 64)
      }
      return Part(number: rank + 1, count: size)
    }
    throw CommandFailure(
      """
      --part auto: no launcher has said which part this is (\
      \(variables.map(\.0).joined(separator: ", "))); start the program with mpirun or srun, or \
      give --part K/N
      """, exitCode: 64)
  }
}

import ArgumentParser
import SplatPlatform

/// Which part of a command's frames or photos this program takes, where several share the work.
struct PartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Only this part of the work, such as 2/8; auto takes the numbers from mpirun's or srun's \
      environment. All parts together write what one program would.
      """, valueName: "k/n"))
  var part: Part?

  /// The share of `count` pieces that is this program's; all without the option.
  func range(of count: Int) throws -> Range<Int> { try resolved()?.range(of: count) ?? 0..<count }

  /// The part, with `auto` replaced by what the environment says.
  func resolved() throws -> Part? {
    guard let part, part.isAutomatic else { return part }
    return try Part.fromEnvironment(ProcessInfo.processInfo.environment)
  }
}

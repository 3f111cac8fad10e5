import ArgumentParser
import SplatFiles

/// What is written, and when.
struct SavingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Save a checkpoint every this many iterations; 0 saves one only on Ctrl-C.",
      valueName: "count"))
  var checkpointEvery = 5000

  @Option(
    help: ArgumentHelp("Also save the model after these iterations.", valueName: "7000,30000"))
  var saveIterations: IterationList?

  @Option(
    help: ArgumentHelp(
      """
      The formats of the model besides ply, separated by commas: \
      \(ModelFormat.written.map(\.rawValue).joined(separator: ", ")).
      """, valueName: "formats"))
  var export = FormatList.ply

  @Flag(help: "Continue a run that was stopped, from its last checkpoint.")
  var resume = false

  @Flag(help: "Replace the earlier run in the output folder.")
  var overwrite = false

  func validate() throws {
    guard checkpointEvery >= 0 else {
      throw ValidationError("--checkpoint-every is \(checkpointEvery); 0 or more is expected.")
    }
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite cannot be combined.")
    }
  }
}

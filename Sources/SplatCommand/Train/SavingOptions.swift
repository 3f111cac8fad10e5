import ArgumentParser
import SplatFiles

/// What is written, and when.
struct SavingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Save a checkpoint every this many iterations, and always with a model and at the end; 0: \
      only then.
      """, valueName: "count"))
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

  @Option(
    help: ArgumentHelp(
      """
      Also write the photos, without distortion, and the cameras as --poses refine has moved them \
      to a new folder, as a COLMAP scene.
      """, valueName: "dir"), completion: .directory)
  var exportScene: String?

  @Flag(
    help: """
      Continue the run in OUT from its last checkpoint; its scene and settings are used again. \
      Larger --iterations or --time make a finished run longer.
      """)
  var resume = false

  @Flag(
    help: "Replace the earlier run in OUT, which stays until the new one has saved a model.")
  var overwrite = false

  /// Warns of iterations that a run of this many does not get to.
  func warn(iterations: Int) {
    let late = (saveIterations?.values ?? []).filter { $0 > iterations }
    guard !late.isEmpty else { return }
    let values = late.map(String.init).joined(separator: ",")
    Console.warn("--save-iterations \(values) is beyond the last iteration, \(iterations)")
  }

  func validate() throws {
    guard checkpointEvery >= 0 else {
      throw ValidationError("--checkpoint-every is \(checkpointEvery); 0 or more is expected.")
    }
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite cannot be combined.")
    }
  }
}

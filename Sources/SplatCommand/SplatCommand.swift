import ArgumentParser
import SplatFiles
import SplatTraining

/// The program: checks the processor, reads the arguments and runs a command.
@main
struct SplatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "splat",
    abstract: "Trains 3D Gaussian splatting models from photos and renders them, on the CPU.",
    version: version,
    subcommands: [Train.self, Render.self, Evaluate.self, Info.self, ContactSheet.self])

  /// The program's version.
  static let version = "0.1.0"

  static func main() {
    if let problem = ProcessorCheck.problem() {
      Console.error(problem)
      exit(with: 70)
    }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as FileError {
      Console.error(error.description)
      exit(with: error.exitCode)
    } catch let error as TrainingError {
      Console.error(error.description)
      exit(with: 65)
    } catch let error as CommandFailure {
      Console.error(error.message)
      exit(with: error.code)
    } catch {
      // Help, the version and wrong usage; the latter ends with 64.
      exit(withError: error)
    }
  }

  private static func exit(with code: Int32) -> Never { exit(withError: ExitCode(code)) }
}

/// A failure of a command that no file is to blame for.
struct CommandFailure: Error {
  /// The program's exit code.
  var code: Int32
  /// What was found and what was expected.
  var message: String
}

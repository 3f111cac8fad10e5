import ArgumentParser
import Foundation
import SplatFiles
import SplatTraining
import SplatViewer

/// The command `splat`.
struct SplatTool: ParsableCommand {
  /// The version of the program, which is also written to the files of a training.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "splat",
    abstract: "Train and render 3D Gaussian splatting models on the CPU.",
    discussion: """
      splat prepare PHOTOS SCENE       find the cameras of photos or a video
      splat info SCENE                 show what a scene holds, and what is wrong
      splat train SCENE -o OUT         train a model on its photos
      splat render OUT -o FRAMES       render the model from the photos' cameras
      splat view OUT                   look at it in a browser

      Exit codes: 0 success; 64 wrong usage; 65 bad input data; 66 input not found; 70 internal \
      error; 73 cannot write; 130 stopped by Ctrl-C after saving.
      """,
    version: version,
    subcommands: [
      Prepare.self, Train.self, Render.self, View.self, Eval.self, Convert.self, Info.self,
      ContactSheet.self, Undistort.self,
    ])

  /// Runs the command that the arguments name, and ends the program.
  static func start() -> Never {
    do {
      var command = try parseAsRoot()
      try command.run()
      Foundation.exit(0)
    } catch let error as CommandFailure {
      fail(error.description, code: error.exitCode)
    } catch let error as FileError {
      fail(error.description, code: error.exitCode)
    } catch let error as ViewerError {
      fail(error.description, code: ExitCode.validationFailure.rawValue)
    } catch let error as TrainingError {
      fail(error.description, code: CommandFailure.badData)
    } catch {
      let code = exitCode(for: error).rawValue
      let message = fullMessage(for: error)
      if code == 0 {
        Console.write(message + "\n")
      } else if !message.isEmpty {
        // The parser capitalises its prefix; this program does not.
        Console.writeError(message.replacing("Error: ", with: "error: ", maxReplacements: 1) + "\n")
      }
      Foundation.exit(code)
    }
  }

  private static func fail(_ message: String, code: Int32) -> Never {
    Console.endLine()
    Console.writeError("error: \(message)\n")
    Foundation.exit(code)
  }
}

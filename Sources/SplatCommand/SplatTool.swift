import ArgumentParser
import SplatFiles
import SplatPlatform
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
    version: "\(version) (\(BuildDescription.text))",
    subcommands: [
      Prepare.self, Train.self, Render.self, View.self, Eval.self, Convert.self, Info.self,
      ContactSheet.self, Undistort.self,
    ])

  /// Runs the command that the arguments name, and ends the program.
  static func start() -> Never {
    var type: any ParsableCommand.Type = Self.self
    do {
      try checkCommand(CommandLine.arguments.dropFirst())
      var command = try parseAsRoot()
      type = Swift.type(of: command)
      try command.run()
      ProgramEnd.exit(0)
    } catch {
      let (text, code) = problem(of: error, type)
      let isAgreed = code == 0 || error is AgreedFailure
      if !isAgreed { ProgramEnd.unmute() }
      if code == 0 {
        Console.write(text + "\n")
      } else if !text.isEmpty {
        Console.endLine()
        Console.writeError(text + "\n")
      }
      ProgramEnd.exit(code, isAgreed: isAgreed)
    }
  }

  /// What is to be said of an error, and the exit code that it ends the program with.
  ///
  /// - Parameter type: the command that has thrown it.
  static func problem(of error: any Error, _ type: any ParsableCommand.Type = Train.self)
    -> (text: String, code: Int32)
  {
    switch error {
    case let error as CommandFailure: return ("error: \(error)", error.exitCode)
    case let error as FileError:
      return ("error: \(error)\(PathHint.of(error))", error.exitCode)
    case let error as ViewerError: return ("error: \(error)", ExitCode.validationFailure.rawValue)
    case let error as TrainingError: return ("error: \(error)", CommandFailure.badData)
    case let error as AgreedFailure: return ("error: \(error)", error.exitCode)
    default: break
    }
    let code = exitCode(for: error).rawValue
    let message = type.fullMessage(for: error)
    guard code != 0, !message.isEmpty else { return (message, code) }
    let name = type._commandName
    let whole = message.replacing("See '\(name) --help'", with: "See 'splat \(name) --help'")
    return (explained(type == Self.self ? message : whole), code)
  }

  /// Throws if the first of `arguments`, or what `help` is asked for, is no command, and names the
  /// one that was probably meant.
  private static func checkCommand(_ arguments: ArraySlice<String>) throws {
    let names = configuration.subcommands.map { $0._commandName }
    let asked = arguments.first == "help" ? arguments.dropFirst().first : arguments.first
    guard let asked, !asked.hasPrefix("-"), !names.contains(asked) else { return }
    let nearest = NearestName.of(asked, in: names).flatMap { name in
      NearestName.distance(asked, name) <= name.count / 2 ? "; the nearest is \(name)" : nil
    }
    throw ValidationError(
      "'\(asked)' is not a command\(nearest ?? ""). There are \(names.joined(separator: ", ")).")
  }

  /// The parser's message with this program's prefix, and with the reason if a value was refused.
  private static func explained(_ message: String) -> String {
    var lines = message.replacing("Error: ", with: "error: ", maxReplacements: 1)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let refused = /^error: The value '(.*)' is invalid for '[^']*'$/
    if let match = try? refused.wholeMatch(in: lines[0]) {
      lines[0] += "; \(ArgumentProblem.reason(of: String(match.1)))"
    } else if lines[0].hasPrefix("error: Missing value for"),
      let number = CommandLine.arguments.first(where: { $0.hasPrefix("-") && Double($0) != nil })
    {
      lines[0] += "; a value that is not negative was expected, and \(number) was found"
    }
    return lines.joined(separator: "\n")
  }
}

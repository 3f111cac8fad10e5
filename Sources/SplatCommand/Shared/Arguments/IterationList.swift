import ArgumentParser
import SplatTraining

/// Numbers of iterations with commas between them.
struct IterationList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let values = ArgumentProblem.list(argument, of: "a whole number above 0, such as 7000 or 7k,") {
      Int(settingText: $0).flatMap { $0 > 0 ? $0 : nil }
    }
    guard let values else { return nil }
    self.values = values
  }
}

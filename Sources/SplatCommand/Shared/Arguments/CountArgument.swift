import ArgumentParser
import SplatTraining

/// A number of things, such as `50000`, `50k` or `1.5M`.
struct CountArgument: ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    guard let value = Int(settingText: argument), value > 0 else {
      ArgumentProblem.note("a whole number of 1 or more, such as 50000, 50k or 1.5M, was expected")
      return nil
    }
    self.value = value
  }
}

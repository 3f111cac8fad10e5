import ArgumentParser

/// Numbers with commas between them.
struct NumberList: ExpressibleByArgument {
  let values: [Double]

  init?(argument: String) {
    let values = ArgumentProblem.list(argument, of: "a number") {
      Double($0).flatMap { $0.isFinite ? $0 : nil }
    }
    guard let values else { return nil }
    self.values = values
  }
}

import ArgumentParser
import SplatTraining

/// Names of groups of parameters with commas between them.
struct GroupList: ExpressibleByArgument {
  let frozen: FrozenParameters

  init?(argument: String) {
    let names = ParameterGroup.allCases.map(\.rawValue).joined(separator: ", ")
    guard
      let groups = ArgumentProblem.list(
        argument, of: "one of \(names)", element: { ParameterGroup(rawValue: $0) })
    else { return nil }
    frozen = FrozenParameters(Set(groups))
  }
}

import ArgumentParser
import SplatTraining

/// A background of one colour, such as `black` or `#rrggbb`.
struct BackgroundColor: ExpressibleByArgument {
  let color: SIMD3<Float>

  init?(argument: String) {
    guard let color = TrainingBackground(settingText: argument)?.color else {
      ArgumentProblem.note(
        "black, white, #rrggbb or three numbers in 0...1 with commas between them was expected")
      return nil
    }
    self.color = color
  }
}

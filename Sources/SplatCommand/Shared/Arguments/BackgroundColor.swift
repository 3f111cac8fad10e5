import ArgumentParser
import SplatTraining

/// A background of one colour, such as `black` or `#rrggbb`.
struct BackgroundColor: ExpressibleByArgument {
  let color: SIMD3<Float>

  init?(argument: String) {
    guard let color = TrainingBackground(settingText: argument)?.color else { return nil }
    self.color = color
  }
}

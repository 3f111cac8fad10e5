import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct RobustTests {
  private func settings(isRobust: Bool, iterations: Int = 40) -> TrainingSettings {
    var settings = TrainingScenes.settings(.adc, iterations: iterations)
    settings.dropout = 0
    settings.robust.isOn = isRobust
    settings.robust.start = 0.2
    return settings
  }

  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    var states: [ModelState] = []
    for threads in [1, 2, 7] {
      var settings = settings(isRobust: true)
      settings.threads = threads
      let trainer = try Trainer(
        views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
      trainer.run { _ in true }
      states.append(trainer.state)
    }
    #expect(states[1] == states[0] && states[2] == states[0])
  }

  /// A box of another colour in another corner of every photo costs less of the photos without it.
  @Test func whatIsOnlyInSinglePhotosIsLearntLess() throws {
    let truth = TrainingScenes.views(count: 12, width: 64, height: 48)
    var views = truth
    for (index, view) in truth.enumerated() {
      for y in 0..<14 {
        for x in 0..<14 {
          let column = index * 23 % 50 + x
          let pixel = (index * 17 % 34 + y) * view.photo.width + column
          for channel in 0..<3 { views[index].photo.bytes[3 * pixel + channel] = 255 }
        }
      }
    }
    func quality(isRobust: Bool) throws -> Double {
      var settings = settings(isRobust: isRobust, iterations: 900)
      settings.schedule = .full
      // The points are anywhere.
      settings.initialOpacity = 0.1
      let trainer = try Trainer(
        views: views, points: TrainingScenes.points(), settings: settings)
      trainer.run { _ in true }
      let qualities = trainer.quality(of: TrainingPhotos(truth))
      return qualities.reduce(0) { $0 + $1.psnr } / Double(qualities.count)
    }
    let (plain, robust) = (try quality(isRobust: false), try quality(isRobust: true))
    #expect(robust > plain + 1, "\(plain) \(robust)")
  }
}

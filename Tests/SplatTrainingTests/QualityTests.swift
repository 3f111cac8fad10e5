import SplatCore
import SplatTestSupport
import SplatTraining
import Testing

@Suite struct QualityTests {
  @Test(arguments: DensificationStrategy.allCases)
  func measuringDuringATrainingDoesNotChangeTheBits(_ strategy: DensificationStrategy) throws {
    let views = TrainingScenes.views()
    let photos = TrainingPhotos(views)
    func trainer() throws -> Trainer {
      try Trainer(
        views: Array(views.dropFirst(2)), points: TrainingScenes.points(),
        settings: TrainingScenes.settings(strategy))
    }
    let plain = try trainer()
    plain.run { _ in true }
    let measured = try trainer()
    var psnr: [Double] = []
    measured.run { progress in
      if progress.iteration % 7 == 0 {
        psnr.append(measured.quality(of: photos, at: [0, 1])[1].psnr)
      }
      return true
    }
    #expect(measured.splats == plain.splats)
    #expect(psnr.count == 8 && Set(psnr).count == 8, "\(psnr)")
  }

  @Test func onlyTheChosenPhotosAreMeasured() throws {
    let views = TrainingScenes.views()
    let trainer = try Trainer(
      views: views, points: TrainingScenes.points(), settings: TrainingScenes.settings(.adc))
    let photos = TrainingPhotos(views)
    let all = trainer.quality(of: photos)
    let some = trainer.quality(of: photos, at: [4, 1])
    #expect(some.map(\.name) == ["4", "1"])
    #expect(some.map(\.psnr) == [all[4].psnr, all[1].psnr])
    #expect(trainer.quality(of: photos, at: []).isEmpty)
  }
}

import Foundation
import SplatCore
import SplatFiles
import SplatRendering
import SplatTraining

// Scratch harness while the commands are being written.
let arguments = CommandLine.arguments
let scene = arguments[1]
var settings = TrainingSettings()
settings.iterations = Int(arguments[2]) ?? 1000
for option in arguments.dropFirst(3) {
  let parts = option.split(separator: "=").map(String.init)
  switch parts[0] {
  case "strategy": settings.strategy = DensificationStrategy(rawValue: parts[1]) ?? .mcmc
  case "schedule": settings.schedule = ResolutionScheduleKind(rawValue: parts[1]) ?? .full
  case "splats": settings.maximumSplats = Int(parts[1])
  case "threads": settings.threads = Int(parts[1])
  case "time": settings.timeLimit = Double(parts[1])
  case "split": settings.adc.splitGradient = Float(parts[1]) ?? 0
  case "clone": settings.adc.cloneGradient = Float(parts[1]) ?? 0
  case "growth": settings.mcmc.growth = Float(parts[1]) ?? 0
  case "opacityLR": settings.rates.opacityLogits = Float(parts[1]) ?? 0
  case "sh": settings.shInterval = Int(parts[1]) ?? 1000
  default: print("?", option)
  }
}
let model = try COLMAPModel.read(path: scene)
let images = model.images.sorted { $0.name < $1.name }
var train: [TrainingView] = []
var test: [TrainingView] = []
for (index, image) in images.enumerated() {
  let photo = try ImageFile.read(path: scene + "/images/" + image.name)
  guard let entry = model.cameras.first(where: { $0.id == image.cameraID }) else { continue }
  let p = entry.parameters
  let camera = Camera(
    width: entry.width, height: entry.height, focalLength: SIMD2(p[0], p[1]),
    principalPoint: SIMD2(p[2], p[3]), viewMatrix: image.viewMatrix)
  let view = TrainingView(name: image.name, camera: camera, photo: photo)
  if index % 8 == 0 { test.append(view) } else { train.append(view) }
}
let trainer = try Trainer(views: train, points: model.pointCloud, settings: settings)
print("cap", trainer.maximumSplats, "views", train.count, test.count)
var nextReport = 5.0
func report(_ p: TrainingProgress, _ trainer: Trainer, _ test: [TrainingView]) {
  let q = trainer.quality(of: test)
  let psnr = q.map(\.psnr).reduce(0, +) / Double(q.count)
  let ssim = q.map(\.ssim).reduce(0, +) / Double(q.count)
  print(
    String(
      format: "it %5d  %6.1f s  %5.2f ms/it  n %6d  1/%d  train %.2f  TEST %.2f  ssim %.4f",
      p.iteration, p.seconds, p.seconds * 1000 / Double(p.iteration), p.splats, p.downscale, p.psnr,
      psnr, ssim))
}
var last: TrainingProgress?
trainer.run { p in
  last = p
  if p.seconds >= nextReport {
    report(p, trainer, test)
    nextReport *= 1.5
  }
  return true
}
if let last { report(last, trainer, test) }

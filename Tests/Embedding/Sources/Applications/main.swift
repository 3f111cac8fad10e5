try await Thumbnails.run()
try await LiveTraining.run()
try CustomLoss.run()

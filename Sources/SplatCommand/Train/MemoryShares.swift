import SplatCore
import SplatFiles
import SplatTraining

/// How the memory that a training may take is shared between Gaussians and photos.
struct MemoryShares {
  /// The largest number of Gaussians.
  let maximumSplats: Int
  /// The bytes for decoded photos if not all of them are kept.
  let photoCache: Int?
  /// About the largest number of bytes in use at once.
  let total: Int

  /// The memory of a Gaussian: parameters, two moments and scratch.
  private static let bytesPerSplat = 1200
  /// What it takes besides in each further photo of a step, where its projection and the gradients
  /// of that are kept.
  private static let bytesPerSplatAndPhoto = 250
  /// What a Gaussian takes on each of several processes that share it: its place in the order of
  /// all when their number changes.
  private static let bytesPerSplatOnEachRank = 32
  /// What it takes, besides, on the process that draws a photo: its projection, the gradients of
  /// that, and the same on their way from and to the process that holds it.
  private static let bytesPerSplatAndDrawnPhoto = 400
  /// The memory of the program.
  private static let fixedBytes = 150_000_000
  /// The memory of each pixel of the image in training: planes of the render, the photo, the loss
  /// and their gradients. Measured with photos of 9 million pixels.
  private static let bytesPerPixel = 96
  /// Fewer Gaussians than this cannot model a scene.
  private static let fewestSplats = 1000
  /// The photos in use at once when they are read ahead: one that is trained on, and those after
  /// it.
  private static let photosInUse = 3

  /// Divides `limit` bytes for a training on the photos of `source`.
  init(limit: Int?, source: TrainingSource, settings: TrainingSettings, ranks: Int = 1) throws {
    let training = source.views.filter { !$0.isTest }
    let cameras = training.map { source.photoOptions.scale.camera($0.camera) }
    try self.init(
      limit: limit, photos: PhotoMemory(source.views, options: source.photoOptions),
      learnt: PhotoParameters.bytes(
        count: training.count, kinds: PhotoParameters.kinds(settings)),
      wanted: settings.maximumSplats(for: cameras, points: source.scene.points.positions),
      isChosen: settings.maximumSplats != nil,
      threads: Workers(threads: settings.threads).threads, batch: settings.batch, ranks: ranks)
  }

  /// Divides `limit` bytes.
  ///
  /// - Parameters:
  ///   - limit: the limit, if there is one.
  ///   - photos: what the photos take.
  ///   - learnt: what is learnt about the photos takes, in bytes.
  ///   - wanted: the number of Gaussians without a limit.
  ///   - isChosen: whether `wanted` must not be made smaller.
  ///   - threads: the number of photos that are decoded at once.
  ///   - batch: the number of photos that a step learns from.
  ///   - ranks: the number of processes that share the Gaussians; the limit is that of each.
  /// - Throws: an error if there is too little even for the photos in use and few Gaussians.
  init(
    limit: Int?, photos: PhotoMemory, learnt: Int, wanted: Int, isChosen: Bool, threads: Int,
    batch: Int = 1, ranks: Int = 1
  ) throws {
    // Without a limit, or within it, everything stays in memory.
    let bytesPerSplat = Self.bytesPerSplat(batch: batch, ranks: ranks)
    let splatBytes = wanted * bytesPerSplat
    let program = Self.fixedBytes + photos.largestArea * Self.bytesPerPixel + learnt
    let all = program + photos.decoded
    guard let limit, all + splatBytes > limit else {
      maximumSplats = wanted
      photoCache = nil
      total = all + splatBytes
      return
    }
    let needed = isChosen ? wanted : min(Self.fewestSplats, wanted)
    let room = limit - all
    // Photos that take less than half of the room stay in memory; Gaussians get the rest.
    if room >= needed * bytesPerSplat, isChosen || photos.decoded <= room {
      maximumSplats = min(wanted, room / bytesPerSplat)
      photoCache = nil
      total = all + maximumSplats * bytesPerSplat
      return
    }
    // Otherwise photos are read again, and share what is left with the Gaussians.
    let base =
      program + photos.largest * Self.photosInUse + photos.decoding * threads
    let left = limit - base
    guard left >= needed * bytesPerSplat else {
      let least = base + needed * bytesPerSplat
      throw CommandFailure(
        """
        --memory \(Wording.bytes(limit)) is too little: about \(Wording.bytes(base)) go to the \
        program and the photos in use, and \(Wording.bytes(needed * bytesPerSplat)) to \
        \(Wording.count(needed, "Gaussian")); \(Wording.bytes(min(least, all + splatBytes))) \
        would do, and smaller photos (--downscale) or fewer Gaussians (--splats) need less
        """, exitCode: CommandFailure.badData)
    }
    let splats = isChosen ? wanted : min(wanted, max(needed, left / 2 / bytesPerSplat))
    maximumSplats = splats
    photoCache = left - splats * bytesPerSplat
    total = limit
  }

  /// What a Gaussian of the model takes on each process, if photos show it.
  private static func bytesPerSplat(batch: Int, ranks: Int) -> Int {
    guard ranks > 1 else { return bytesPerSplat + (batch - 1) * bytesPerSplatAndPhoto }
    let held = (bytesPerSplat + batch * bytesPerSplatAndPhoto + ranks - 1) / ranks
    let drawn = (batch + ranks - 1) / ranks * bytesPerSplatAndDrawnPhoto
    return held + drawn + bytesPerSplatOnEachRank
  }
}

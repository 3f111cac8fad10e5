import Testing

/// Damaged scenes: opened, or refused with an error. Each test runs in a process of its own.
@Suite struct SceneFuzzTests {
  @Test func damagedCOLMAPModels() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try SceneAttack.damageCOLMAPModels()
      })
  }

  @Test func damagedPhotosAndMasks() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try SceneAttack.damagePhotosAndMasks()
      })
  }

  @Test func damagedNeRFScenes() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try SceneAttack.damageNeRFScenes()
      })
  }

  @Test func damagedOpenSfMScenes() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try SceneAttack.damageOpenSfMScenes()
      })
  }

  @Test func damagedArchives() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try SceneAttack.damageArchives()
      })
  }

  @Test func hostileNamesNumbersAndNesting() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try HostileNames.read()
      })
  }
}

/// Files that announce or expand to far more than they hold. Each test runs in a process of its
/// own.
@Suite struct BombTests {
  @Test func hugeJSON() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try Bombs.readHugeJSON()
      })
  }

  @Test func pictures() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try Bombs.readPictures()
      })
  }

  @Test func archives() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ArchiveBombs.readZips()
      })
  }

  @Test func compressedStreams() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ArchiveBombs.readStreams()
      })
  }

  @Test func headersAndDescriptions() async {
    HostileReads.show(
      await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
        try ArchiveBombs.readHeaders()
      })
  }
}

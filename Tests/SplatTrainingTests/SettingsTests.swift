import Foundation
import SplatCore
import SplatTraining
import Testing

@Suite struct SettingsTests {
  static let names = TrainingSettings().entries.map(\.name)

  /// Default settings, except for `name`.
  static func changed(_ name: String) throws -> TrainingSettings {
    let texts = [
      "0.5", "0.25", "7", "2", "1.5", "true", "false", "mcmc", "full", "white", "opacities",
      "exposure", "refine", "metric",
    ]
    let changes = texts.compactMap { text -> TrainingSettings? in
      var settings = TrainingSettings()
      try? settings.set(name, to: text)
      return settings == TrainingSettings() ? nil : settings
    }
    return try #require(changes.first, "\(name) can have none of \(texts)")
  }

  @Test(arguments: names)
  func aSettingIsReachedByItsName(_ name: String) throws {
    let changed = try Self.changed(name)
    let different = zip(changed.entries, TrainingSettings().entries).filter { $0 != $1 }
    #expect(different.map(\.0.name) == [name])
    // Its text reads back as the same value.
    let entry = try #require(different.first).0
    var copy = TrainingSettings()
    try copy.set(name, to: entry.value)
    #expect(copy == changed)
  }

  @Test(arguments: names)
  func aSettingRoundTripsThroughJSON(_ name: String) throws {
    let changed = try Self.changed(name)
    var decoded = try JSONDecoder().decode(
      TrainingSettings.self, from: JSONEncoder().encode(changed))
    #expect(decoded == changed)
    // What was decoded is checked as well.
    #expect(throws: SettingError.self) { try decoded.set(name, to: "-1e30") }
    #expect(throws: SettingError.self) { try decoded.set("dssimWeight", to: "1.01") }
    try decoded.set("dssimWeight", to: "0.25")
    #expect(decoded.dssimWeight == 0.25)
  }

  @Test func allAreDescribed() {
    let entries = TrainingSettings().entries
    #expect(Set(entries.map(\.name)).count == entries.count)
    for entry in entries {
      #expect(entry.meaning.hasSuffix("."), "\(entry.name)")
      #expect(!entry.expected.isEmpty, "\(entry.name)")
      #expect(entry.value.isEmpty == !entry.unset.isEmpty, "\(entry.name)")
    }
    #expect(TrainingSettings().problem == nil)
    for name in ["iterations", "rates.means", "adc.cloneGradient", "mcmc.noise", "adam.beta1"] {
      #expect(Self.names.contains(name))
    }
  }

  @Test(arguments: [
    ("dssimWeight", "1.5", "is 1.5; a number in 0...1 was expected"),
    ("adc.interval", "0", "is 0; a whole number in 1...1000000000 (iterations) was expected"),
    ("adc.interval", "1.5", "is 1.5; a whole number in 1...1000000000 (iterations) was expected"),
    ("rates.means", "nan", "is nan; a number in 0...1 (scene extents) was expected"),
    ("rates.means", "", "is empty; a number in 0...1 (scene extents) was expected"),
    ("seed", "-1", "is -1; a whole number of at least 0 was expected"),
    ("strategy", "best", "is best; split or adc or mcmc was expected"),
    ("isAntialiased", "yes", "is yes; true or false was expected"),
    ("maximumSplats", "none", "is none; a whole number in 1...50000000 (Gaussians) was expected"),
    ("rates.mean", "1", "is not the name of a setting; the nearest is rates.means"),
    ("clonegradient", "1", "is not the name of a setting; the nearest is adc.cloneGradient"),
    ("rates", "1", "is not the name of a setting; the nearest is rates.means"),
    ("iteration", "1", "is not the name of a setting; the nearest is iterations"),
  ])
  func whatCannotBeIsRefused(_ name: String, _ text: String, _ problem: String) {
    var settings = TrainingSettings()
    #expect(throws: SettingError(name: name, problem: problem)) {
      try settings.set(name, to: text)
    }
    #expect(settings == TrainingSettings())
  }

  @Test func aValueThatCodeSetIsChecked() throws {
    var settings = TrainingSettings()
    settings.shInterval = 0
    #expect(settings.problem?.name == "shInterval")
    #expect(throws: TrainingError.self) {
      try Trainer(
        views: TrainingScenes.views(), points: TrainingScenes.points(), settings: settings)
    }
  }

  @Test func optionalSettingsCanBeTakenBack() throws {
    var settings = TrainingSettings()
    try settings.set("maximumSplats", to: "500")
    #expect(settings.maximumSplats == 500)
    try settings.set("maximumSplats", to: "")
    #expect(settings.maximumSplats == nil)
  }

  /// Groups as a new strategy would declare them.
  struct Outer: SettingsGroup {
    struct Inner: SettingsGroup {
      @Setting("How often.", unit: "times", range: 1...9) var count = 3
    }
    @Setting("How much.") var amount = 0.5
    var inner = Inner()
  }

  @Test func aDeclarationIsEnough() throws {
    var group = Outer()
    try group.set("inner.count", to: "9")
    #expect(group.inner.count == 9)
    #expect(group.amount == 0.5)
    #expect(group.entries.map(\.name) == ["amount", "inner.count"])
    #expect(group.entries.map(\.expectation) == ["a number", "a whole number in 1...9 (times)"])
    #expect(throws: SettingError.self) { try group.set("inner.count", to: "10") }
    #expect(throws: SettingError.self) { try group.set("inner", to: "1") }
  }

  @Test(arguments: [
    ("black", "black"), ("WHITE", "white"), ("random", "random"), ("#ff8000", "#ff8000"),
    ("0,0.5,1", "0.0,0.5,1.0"), ("0.2,0.4,0.6", "#336699"),
  ])
  func backgroundsHaveTexts(_ text: String, _ shortest: String) throws {
    let background = try #require(TrainingBackground(settingText: text))
    #expect(background.settingText == shortest)
    #expect(TrainingBackground(settingText: shortest) == background)
    for bad in ["blue", "#12345", "#12345g", "0,0", "0,0,2", "0,,0", "0,0,0,0"] {
      #expect(TrainingBackground(settingText: bad) == nil)
    }
  }

  /// Photos from above a street of 100 houses, each of which shows three of them.
  @Test func theDefaultCapFollowsTheSizeOfTheScene() {
    let cameras = (0..<100).map {
      Camera.looking(
        from: SIMD3(Double($0), 10, 0), at: SIMD3(Double($0), 0, 0.001), up: SIMD3(0, 0, -1),
        width: 3000, height: 1000, focalLength: SIMD2(10_000, 10_000))
    }
    let street = (0..<100).map { SIMD3<Float>(Float($0), 0, 0) }
    let settings = TrainingSettings()
    #expect(settings.maximumSplats(for: cameras) == 2_000_000)
    let most = settings.maximumSplats(for: cameras, points: street)
    // There is no more than one for each 64 pixels, of which half are kept.
    #expect(most == 9_375_000)
    let small = cameras.map { $0.resized(width: 2400, height: 800) }
    #expect(settings.maximumSplats(for: small, points: street) == 6_000_000)
    let houses = Array(street.prefix(3))
    #expect(settings.maximumSplats(for: Array(cameras.prefix(3)), points: houses) == 281_250)
  }

  @Test func theDefaultCapFollowsThePixels() {
    let camera = Camera(width: 1000, height: 500, focalLength: SIMD2(500, 500))
    var settings = TrainingSettings()
    func atMost(_ counts: Int...) -> [Int] {
      counts.map { settings.maximumSplats(for: Array(repeating: camera, count: $0)) }
    }
    // Of the Gaussians that `split` makes, half are kept.
    #expect(atMost(1, 5, 200) == [40_000, 78_124, 2_000_000])
    #expect(settings.keptSplats(ofAtMost: 78_124) == 39_062)
    settings.strategy = .adc
    #expect(atMost(1, 5, 200) == [20_000, 39_062, 1_000_000])
    #expect(settings.keptSplats(ofAtMost: 39_062) == 39_062)
    // A chosen number holds at any time.
    settings.strategy = .split
    settings.maximumSplats = 7
    #expect(atMost(1) == [7])
    #expect(settings.keptSplats(ofAtMost: 7) == 7)
  }
}

import SplatCore
import SplatFiles
import SplatViewer
import Testing

@Suite struct PageMessageTests {
  private func read(_ text: String) throws(FileError) -> PageMessage {
    try PageMessage(Array(text.utf8))
  }

  @Test func aViewRequestIsReadAsItWasWritten() throws {
    let text = try Messages.view(7, isMoving: true, style: "depth")
    guard case .view(let request) = try read(text) else {
      Issue.record("no view request")
      return
    }
    #expect(request.serial == 7)
    #expect(request.isMoving)
    #expect(request.style.view == .depth)
    #expect(request.style.background == SIMD3(0, 0.5, 1))
    #expect(request.style.shDegree == 3)
    #expect(request.camera.width == 64 && request.camera.height == 48)
    let difference = request.camera.center - Messages.camera.center
    #expect((difference * difference).sum() < 1e-20)
  }

  @Test func otherMessagesAreRead() throws {
    #expect(try read(#"{"type": "shown", "picture": 3}"#) == .shown(3))
    #expect(try read(#"{"type": "hidden"}"#) == .hidden)
    #expect(try read(#"{"type": "points"}"#) == .resource(.points))
    #expect(try read(#"{"type": "photo", "index": 4}"#) == .resource(.photo(4)))
    #expect(try read(#"{"type": "control", "action": "pause"}"#) == .control(.pause))
    guard case .resource(.screenshot) = try read(Messages.view(1, type: "screenshot")) else {
      Issue.record("no screenshot")
      return
    }
  }

  /// A part of a valid message, its replacement, and a part of the error message.
  static let changes: [(String, String, String)] = [
    ("\"serial\": 7", "\"serial\": -1", "serial"),
    ("\"serial\": 7", "\"serial\": 1.5", "whole number"),
    ("\"serial\": 7", "\"serial\": 1e300", "serial"),
    ("\"serial\": 7", "\"serial\": \"7\"", "a text"),
    ("\"width\": 64", "\"width\": 0", "width"),
    ("\"width\": 64", "\"width\": 30001", "width"),
    ("\"width\": 64", "\"width\": 1e400", "value was expected"),
    ("\"height\": 48", "\"height\": NaN", "value was expected"),
    ("\"width\": 64, \"height\": 48", "\"width\": 29999, \"height\": 29999", "are drawn"),
    ("\"position\": [", "\"position\": [1e200, 0, 0], \"was\": [", "from the origin"),
    ("\"position\": [", "\"position\": [], \"was\": [", "position"),
    ("\"rotation\": [[", "\"rotation\": [[2, 0, 0], [", "rotation"),
    ("\"fx\": 64.0", "\"fx\": 0", "fx"),
    ("\"fx\": 64.0", "\"fx\": 1e8", "focal length"),
    ("\"fy\": 64.0", "\"fy\": 0.001", "focal length"),
    ("\"cx\": 32.0", "\"cx\": 1e18", "principal point"),
    ("\"view\": \"color\"", "\"view\": \"../etc/passwd\"", "view"),
    ("[0, 0.5, 1]", "[0, 0.5]", "background"),
    ("\"near\": 0.01", "\"near\": 0", "near"),
    ("\"near\": 0.01", "\"near\": -1", "near"),
    ("\"shDegree\": 3", "\"shDegree\": 9", "shDegree"),
    ("\"splatScale\": 1", "\"splatScale\": 1e9", "splatScale"),
    ("\"minimumOpacity\": 0", "\"minimumOpacity\": 2", "minimumOpacity"),
    ("\"antialias\": false", "\"antialias\": 0", "antialias"),
    ("\"moving\": false", "\"moving\": 1", "moving"),
    ("\"type\": \"view\"", "\"type\": \"open\"", "type"),
    ("\"type\": \"view\"", "\"type\": 3", "type"),
  ]

  @Test(arguments: changes)
  func anInvalidValueIsRefusedByItsName(_ old: String, _ new: String, _ part: String) throws {
    let good = try Messages.view(7)
    #expect(good.contains(old))
    let error = #expect(throws: FileError.self) { try self.read(good.replacing(old, with: new)) }
    #expect(error?.description.contains(part) ?? false, "\(error?.description ?? "")")
  }

  @Test func damagedMessagesAreRefusedOrRead() throws {
    let good = Array(try Messages.view(7).utf8)
    for count in good.indices {
      #expect(throws: FileError.self) { try PageMessage(Array(good[..<count])) }
    }
    var random = RandomSource(seed: 1, purpose: .testing)
    var refused = 0
    for _ in 0..<3000 {
      var damaged = good
      for _ in 0..<2 { damaged[random.index(below: good.count)] = UInt8(random.index(below: 256)) }
      do throws(FileError) { _ = try PageMessage(damaged) } catch { refused += 1 }
    }
    // A change within a number or of a space can leave a valid message.
    #expect(refused > 1500)
  }

  @Test(arguments: ["", "{}", "[]", "null", "3", "\"view\"", "\u{0}", "{\"type\": null}"])
  func otherJSONIsRefused(_ text: String) {
    #expect(throws: FileError.self) { try self.read(text) }
  }

  @Test func deepNestingIsRefused() {
    let deep = String(repeating: "[", count: 8000)
    #expect(throws: FileError.self) { try self.read("{\"type\": \(deep)") }
  }
}

import SplatCore
import SplatFiles
import Testing

@Suite struct ASCIINumberTests {
  /// The position of the only point of a text model.
  private func number(_ text: String) -> Double? {
    let line = FileBytes(Array("1 \(text) 0 0 0 0 0 0".utf8))
    return try? COLMAPText.points(line, path: "p").points.first?.position.x
  }

  @Test func numbersAreReadToTheLastBit() {
    var random = RandomSource(seed: 5, purpose: .testing)
    for _ in 0..<20000 {
      let value = (random.uniformDouble() - 0.5) * Double(1 << random.index(below: 60))
      #expect(number("\(value)") == value)
      let short = (value * 1000).rounded() / 1000
      #expect(number("\(short)") == short)
    }
    for text in [
      "0", "-0.0", "+1", ".5", "5.", "1e3", "1E-3", "1e+2", "123456789012345678901234",
      "0.1e-20", "1.7976931348623157e30", "000000000000000000000000001",
    ] {
      #expect(number(text) == Double(text) ?? Double(text.replacing("+1", with: "1")), "\(text)")
    }
  }

  @Test func otherTextIsNoNumber() {
    for text in ["", "-", "e", "1e", "1e+", "1.2.3", "0x10", "1_0", "one", "1,5", "--1", "1f"] {
      #expect(number("\(text.isEmpty ? "." : text)") == nil, "\(text)")
    }
  }
}

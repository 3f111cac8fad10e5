/// The letters of a plot's legend: five columns and seven rows of dots.
enum Lettering {
  static let width = 5
  static let height = 7

  /// The rows of a letter from above, the leftmost dot in the highest of five bits; empty for
  /// characters that legends do not have.
  static func rows(_ character: Character) -> [UInt8] { letters[character] ?? [] }

  private static let letters: [Character: [UInt8]] = [
    "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "B": [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
    "C": [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
    "D": [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
    "E": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    "F": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
    "G": [0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01111],
    "H": [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
    "I": [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
    "M": [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
    "N": [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
    "O": [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
    "P": [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
    "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
    "S": [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    "V": [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100],
  ]
}

extension Canvas {
  /// Writes `text` in capitals, with its upper left corner at `corner`.
  mutating func write(_ text: String, at corner: SIMD2<Double>, _ color: SIMD3<Double>) {
    for (index, character) in text.enumerated() {
      for (row, dots) in Lettering.rows(character).enumerated() {
        for column in 0..<Lettering.width where dots >> (Lettering.width - 1 - column) & 1 == 1 {
          // Dots of two by two pixels.
          let x = corner.x + Double(2 * (index * (Lettering.width + 1) + column))
          let y = corner.y + Double(2 * row)
          for (right, below) in [(0.5, 0.5), (1.5, 0.5), (0.5, 1.5), (1.5, 1.5)] {
            dot(SIMD2(x + right, y + below), color, 1)
          }
        }
      }
    }
  }
}

import SplatCore
import Testing

@Suite struct PlainMatrixProductTests {
  @Test(
    "every entry is as the sum of its products, and nothing else is written",
    arguments: [(1, 1, 1), (4, 16, 3), (5, 17, 9), (7, 40, 45), (3, 100, 24), (12, 31, 0)])
  func product(_ size: (rows: Int, columns: Int, depth: Int)) {
    let (rows, columns, depth) = size
    var random = RandomSource(seed: 3, purpose: .palette, position: 1)
    func numbers(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(random.index(below: 2001)) / 1000 - 1 }
    }
    let (left, right) = (numbers(rows * depth), numbers(columns * depth))
    let before = numbers(rows * columns + 5)
    var result = before
    left.withReadOnlyView { left in
      right.withReadOnlyView { right in
        result.withView { result in
          PlainMatrixProduct.subtractTransposed(
            left, right, from: result, rows: rows, columns: columns, depth: depth)
        }
      }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let sum = (0..<depth).reduce(Double(before[row * columns + column])) {
          $0 - Double(left[row * depth + $1]) * Double(right[column * depth + $1])
        }
        #expect(abs(Double(result[row * columns + column]) - sum) < 2e-5)
      }
    }
    #expect(result.suffix(5) == before.suffix(5))
  }
}

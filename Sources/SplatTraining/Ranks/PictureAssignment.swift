/// Which ranks draw the pictures of a step.
///
/// Who draws a picture changes no bit, so it goes where most of its Gaussians are, as far as every
/// rank draws about as many pictures as the others.
package enum PictureAssignment {
  /// The rank that draws each picture.
  ///
  /// - Parameter visible: how many Gaussians each rank has in each picture.
  package static func drawers(visible: [[Int]]) -> [Int] {
    guard let ranks = visible.first?.count else { return [] }
    var room = [Int](repeating: (visible.count + ranks - 1) / ranks, count: ranks)
    var drawers = [Int?](repeating: nil, count: visible.count)
    let choices = visible.indices.flatMap { picture in
      (0..<ranks).map { (picture: picture, rank: $0, count: visible[picture][$0]) }
    }
    let sorted = choices.sorted {
      ($1.count, $0.picture, $0.rank) < ($0.count, $1.picture, $1.rank)
    }
    for choice in sorted where drawers[choice.picture] == nil && room[choice.rank] > 0 {
      drawers[choice.picture] = choice.rank
      room[choice.rank] -= 1
    }
    return drawers.map { $0 ?? 0 }
  }
}

/// Finds the name that was probably meant.
package enum NearestName {
  /// The member of `names` with the smallest distance to `name`; the first one if several tie.
  ///
  /// A name without dots, such as `pruneOpacity`, is compared with each part of the others.
  package static func of(_ name: String, in names: [String]) -> String? {
    names.map { candidate in
      let parts = name.contains(".") ? [candidate[...]] : candidate.split(separator: ".")
      let distances = parts.map { distance(name.lowercased(), $0.lowercased()) }
      return (candidate, distances.min() ?? .max)
    }.min { $0.1 < $1.1 }?.0
  }

  /// The number of characters to insert, remove or replace to turn `a` into `b` (Levenshtein 1966).
  package static func distance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    // A row of the table: the distances from the part of `a` read so far to each prefix of `b`.
    var row = Array(0...b.count)
    for (index, character) in a.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in b.indices {
        let replaced = diagonal + (b[column] == character ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}

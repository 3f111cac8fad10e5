import SplatCore

/// The values that a kernel keeps for the pixels of a tile: planes with one ``Lanes`` for each
/// subtile.
///
/// The first two hold the pixel centres, relative to the tile's corner.
struct TilePlanes: Sendable {
  /// The number of planes.
  static let count = 8
  /// The number of ``Lanes`` of all planes.
  static let size = count * Subtiles.count
  /// The planes of the pixel centres, and the first plane for the kernel's own use.
  static let x = 0, y = 1, firstOwn = 2

  private let values: BufferView<Lanes>

  /// `values` has room for ``size``.
  init(values: BufferView<Lanes>) {
    precondition(values.count == Self.size)
    self.values = values
  }

  /// `plane` of a subtile; bounds are checked in debug builds.
  @inline(__always)
  subscript(plane: Int, subtile: Int) -> Lanes {
    get { unsafe values[unchecked: Self.offset(plane, subtile)] }
    nonmutating set { unsafe values[unchecked: Self.offset(plane, subtile)] = newValue }
  }

  @inline(__always)
  private static func offset(_ plane: Int, _ subtile: Int) -> Int {
    assert(plane >= 0 && plane < count && subtile >= 0 && subtile < Subtiles.count)
    return plane &* Subtiles.count &+ subtile
  }

  /// Three planes of a subtile, from `plane` on.
  @inline(__always)
  subscript(vector plane: Int, subtile: Int) -> Vector3<Lanes> {
    get {
      Vector3(self[plane, subtile], self[plane + 1, subtile], self[plane + 2, subtile])
    }
    nonmutating set {
      self[plane, subtile] = newValue.x
      self[plane + 1, subtile] = newValue.y
      self[plane + 2, subtile] = newValue.z
    }
  }

  /// Writes the pixel centres, which are the same for all tiles.
  func writePixelCentres() {
    let x = Lanes(0.5, 1.5, 2.5, 3.5, 0.5, 1.5, 2.5, 3.5)
    let y = Lanes(0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5)
    for subtile in 0..<Subtiles.count {
      let column = subtile % Subtiles.columns * Subtiles.width
      let row = subtile / Subtiles.columns * Subtiles.height
      self[Self.x, subtile] = x + Lanes(Double(column))
      self[Self.y, subtile] = y + Lanes(Double(row))
    }
  }
}

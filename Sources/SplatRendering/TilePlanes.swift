import SplatCore

/// The numbers that a kernel keeps for the pixels of a tile: planes of one ``Lanes`` for each
/// subtile.
///
/// The first two hold the pixel centres, seen from the tile's corner.
struct TilePlanes: Sendable {
  /// The number of planes.
  static let count = 7
  /// The number of ``Lanes`` of all planes.
  static let size = count * Subtiles.count
  /// The planes of the pixel centres, and the first one that is a kernel's own.
  static let x = 0, y = 1, firstOwn = 2

  private let values: BufferView<Lanes>

  /// `values` has room for ``size``.
  init(values: BufferView<Lanes>) {
    precondition(values.count == Self.size)
    self.values = values
  }

  /// `plane` of a subtile, whose index wraps around at ``Subtiles/count``.
  @inline(__always)
  subscript(plane: Int, subtile: Int) -> Lanes {
    get { unsafe values[unchecked: Self.offset(plane, subtile)] }
    nonmutating set { unsafe values[unchecked: Self.offset(plane, subtile)] = newValue }
  }

  /// The offset of an entry, always within ``size``.
  @inline(__always)
  private static func offset(_ plane: Int, _ subtile: Int) -> Int {
    precondition(plane >= 0 && plane < count)  // The compiler knows the plane nearly everywhere.
    return plane &* Subtiles.count &+ subtile & (Subtiles.count - 1)
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

/// A ``Lanes`` for each Gaussian of a batch that reaches a subtile.
struct BatchLanes: Sendable {
  private let values: BufferView<Lanes>

  /// `values` has room for a batch.
  init(values: BufferView<Lanes>) {
    precondition(values.count == HitMasks.count)
    self.values = values
  }

  /// That of the Gaussian at `order`, which wraps around at ``HitMasks/count``.
  @inline(__always)
  subscript(order: Int) -> Lanes {
    get { unsafe values[unchecked: order & (HitMasks.count - 1)] }
    nonmutating set { unsafe values[unchecked: order & (HitMasks.count - 1)] = newValue }
  }
}

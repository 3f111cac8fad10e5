extension Real {
  /// The value of the zeroth spherical harmonic, 1 / (2 √π).
  @inlinable @inline(__always)
  package static var zerothHarmonic: Self { Self(0.282_094_791_773_878_14) }

  /// The logarithm of e to base 2.
  @inlinable @inline(__always)
  package static var log2e: Self { Self(1.442_695_040_888_963_4) }
}

/// The factor of stored colours: colour = 0.5 + zerothHarmonic * coefficient.
///
/// It is 0.28209479 as a float, one step below the harmonic itself; models were written with
/// it.
public var zerothHarmonic: Float { Float(bitPattern: Float.zerothHarmonic.bitPattern - 1) }

package import SplatCore

// The values of the steps as lists of numbers, for gradient checks.

extension Vector3 where Scalar == Double {
  package init(_ parts: [Double]) { self.init(parts[0], parts[1], parts[2]) }
  package var parts: [Double] { [x, y, z] }
}

extension Quaternion where Scalar == Double {
  package init(_ parts: [Double]) {
    self.init(w: parts[0], x: parts[1], y: parts[2], z: parts[3])
  }
  package var parts: [Double] { [w, x, y, z] }
}

extension Matrix3 where Scalar == Double {
  package init(_ parts: [Double]) {
    self.init(
      Vector3(Array(parts[0..<3])), Vector3(Array(parts[3..<6])), Vector3(Array(parts[6..<9])))
  }
}

extension SymmetricMatrix2 where Scalar == Double {
  package init(_ parts: [Double]) { self.init(xx: parts[0], xy: parts[1], yy: parts[2]) }
  package var parts: [Double] { [xx, xy, yy] }
}

extension SymmetricMatrix3 where Scalar == Double {
  package init(_ parts: [Double]) {
    self.init(
      xx: parts[0], xy: parts[1], xz: parts[2], yy: parts[3], yz: parts[4], zz: parts[5])
  }
  package var parts: [Double] { [xx, xy, xz, yy, yz, zz] }
}

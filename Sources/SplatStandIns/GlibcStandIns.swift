// Stand-ins for functions of glibc 2.35, so that what holds the Swift runtime runs with glibc 2.34
// too. They stay within the file that they are linked into.
#if os(Linux)
  /// The function by which the unwinder of C++ exceptions finds its tables. Nothing here throws
  /// C++ exceptions.
  @c(_dl_find_object)
  public func noFrameTables(_ address: OpaquePointer?, _ result: OpaquePointer?) -> Int32 { -1 }

  /// The runtime refers to it; nothing here calls it.
  @c(hypotf)
  public func plainHypotenuse(_ x: Float, _ y: Float) -> Float {
    Float((Double(x) * Double(x) + Double(y) * Double(y)).squareRoot())
  }
#endif

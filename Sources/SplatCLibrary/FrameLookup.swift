// What holds the C library together: how `libsplat.so` is linked is in `Package.swift` and in
// `Linking`.

#if os(Linux)
  /// Stands for the function of glibc 2.35 by which the unwinder of C++ exceptions finds its
  /// tables, so that the library loads with glibc 2.34 too. Nothing in it throws C++ exceptions.
  @c(_dl_find_object)
  public func noFrameTables(_ address: OpaquePointer?, _ result: OpaquePointer?) -> Int32 { -1 }
#endif

// How `libsplat_files.so` is linked is in `Package.swift`, and in `Sources/SplatCLibrary/Linking`.

#if os(Linux)
  /// As in `libsplat.so`: see `Sources/SplatCLibrary/FrameLookup.swift`.
  @c(_dl_find_object)
  public func noFrameTables(_ address: OpaquePointer?, _ result: OpaquePointer?) -> Int32 { -1 }
#endif

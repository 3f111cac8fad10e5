#if SPLAT_SELF_CONTAINED && os(Linux)
  /// As in `libsplat.so`: see `Sources/SplatCLibrary/FrameLookup.swift`. Libraries that are loaded
  /// later do not see it.
  @c(_dl_find_object)
  public func noFrameTables(_ address: OpaquePointer?, _ result: OpaquePointer?) -> Int32 { -1 }
#endif

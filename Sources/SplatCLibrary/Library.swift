// What holds the C library together: how `libsplat.so` is linked is in `Package.swift` and in
// `Linking`.
import SplatStandIns

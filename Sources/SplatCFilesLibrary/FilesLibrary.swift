// How `libsplat_files.so` is linked is in `Package.swift`, and in `Sources/SplatCLibrary/Linking`.
import SplatStandIns

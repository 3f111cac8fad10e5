/// Files that are no models that are read, but that people have beside them.
enum ForeignFile {
  /// What some bytes at the start of a file stand for.
  private static let marks: [(start: [UInt8], name: String)] = [
    (Array("PXR-USDC".utf8), "a USD file"), (Array("#usda".utf8), "a USD file"),
    (Array("version https://git-lfs".utf8), "a pointer of Git LFS (`git lfs pull` gets the file)"),
    (Array("<!DOCTYPE".utf8), "an HTML page"), (Array("<!doctype".utf8), "an HTML page"),
    (Array("<html".utf8), "an HTML page"), (Array("RAD0".utf8), "a RAD file of Spark"),
    (Array("LASF".utf8), "a LAS point cloud"), (Array("ASTM-E57".utf8), "an E57 point cloud"),
    (Array("Kaydara FBX".utf8), "an FBX file"), (Array("BLENDER".utf8), "a Blender file"),
    ([0x89, 0x50, 0x4e, 0x47], "a PNG image"), ([0xff, 0xd8, 0xff], "a JPEG image"),
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file"), (Array("7z".utf8) + [0xbc, 0xaf], "a 7z archive"),
    (Array("Rar!".utf8), "a RAR archive"), ([0x28, 0xb5, 0x2f, 0xfd], "a zstd stream"),
    ([0xfd, 0x37, 0x7a, 0x58], "an xz stream"), (Array("BZh".utf8), "a bzip2 stream"),
  ]

  /// What endings stand for where the bytes are those of no model.
  private static let endings = [
    ".rad": "a RAD file of Spark", ".lcc": "an LCC model of XGRIDS", ".psht": "a Postshot project",
    ".ckpt": "a PyTorch checkpoint", ".pt": "a PyTorch checkpoint", ".pth": "a PyTorch checkpoint",
    ".obj": "an OBJ mesh", ".stl": "an STL mesh", ".fbx": "an FBX file", ".las": "a point cloud",
    ".laz": "a point cloud", ".e57": "a point cloud", ".usd": "a USD file",
  ]

  /// What a file is that is no model; nothing if it may be one.
  static func name(_ bytes: FileBytes, path: String, format: ModelFormat?) -> String? {
    // A file of records starts with any number.
    if format == .splat || format == .ksplat { return nil }
    for (start, name) in marks
    where bytes.count >= start.count && bytes.slice(0..<start.count) == start { return name }
    guard format == nil, let dot = path.lastIndex(of: ".") else { return nil }
    return endings[path[dot...].lowercased()]
  }

  /// What a zip archive without a model is, by its members.
  static func name(_ archive: ZipArchive) -> String? {
    let names = archive.members.map { $0.name.lowercased() }
    func has(_ endings: String...) -> Bool {
      names.contains { name in endings.contains { name.hasSuffix($0) } }
    }
    if has(".usda", ".usdc", ".usd") { return "a USDZ archive (USD)" }
    if has("/data.pkl") { return "a PyTorch checkpoint" }
    if has(".npy") { return "an NPZ archive of NumPy" }
    return nil
  }
}

/// Extensions of glTF by which a whole SPZ file stands for the Gaussians of a primitive.
enum GLTFCompression {
  /// The names in the extensions of KHR_gaussian_splatting, and of the drafts in their place.
  private static let nested = [
    "KHR_gaussian_splatting_compression_spz_2", "KHR_gaussian_splatting_compression_spz",
  ]
  private static let drafts =
    ["KHR_spz_gaussian_splats_compression", "KHR_spz_compression"] + nested

  /// Where the view of the buffer with the file is named, if there is one.
  static func bufferView(_ extensions: JSONPlace) -> JSONPlace? {
    let inner = extensions.optional(GLTFGaussians.name)?.optional("extensions")
    return nested.compactMap { inner?.optional($0)?.optional("bufferView") }.first
      ?? drafts.compactMap { extensions.optional($0)?.optional("bufferView") }.first
  }
}

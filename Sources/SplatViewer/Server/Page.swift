/// The page as one document, and the headers that isolate it.
package enum Page {
  /// The document, with its style and scripts inline.
  package static let document: [UInt8] = {
    let scripts = [
      PackageResources.vectors_js, PackageResources.camera_js, PackageResources.stream_js,
      PackageResources.picture_js, PackageResources.overlay_js, PackageResources.gestures_js,
      PackageResources.path_js, PackageResources.comparison_js, PackageResources.training_js,
      PackageResources.panel_js, PackageResources.main_js,
    ].map(text).joined()
    return Array(
      text(PackageResources.page_html)
        .replacing("/* style */", with: text(PackageResources.page_css), maxReplacements: 1)
        .replacing("/* scripts */", with: scripts, maxReplacements: 1).utf8)
  }()

  /// The headers of every response; the document may load nothing from any other address.
  package static let headers: [(String, String)] = [
    ("Content-Type", "text/html; charset=utf-8"),
    (
      "Content-Security-Policy",
      """
      default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; \
      img-src blob: data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; \
      base-uri 'none'
      """
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
  ]

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

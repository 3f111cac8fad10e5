import SplatViewer
import Testing

@Suite struct PageTests {
  private let text = String(decoding: Page.document, as: UTF8.self)

  @Test func isOneDocumentThatAsksForNothingElse() {
    for word in ["http:", "https:", "//cdn", "@import", "url(", " src=", "import("] {
      #expect(!text.contains(word), "\(word)")
    }
    #expect(text.contains("href=\"data:,\""))
    #expect(!text.contains("/* scripts */"))
    #expect(!text.contains("/* style */"))
    for part in [
      "class ViewCamera", "class Stream", "class Overlay", "class KeyPath", "class Comparison",
      "class TrainingPanel", "new App()",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func theBrowserIsToldToForbidTheRest() {
    let policy = Page.headers.first { $0.0 == "Content-Security-Policy" }?.1 ?? ""
    #expect(policy.contains("default-src 'none'"))
    #expect(policy.contains("connect-src 'self'"))
    #expect(policy.contains("frame-ancestors 'none'"))
  }
}

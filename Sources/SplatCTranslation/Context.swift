package import CSplat
package import SplatCBase
import SplatCore
import SplatRendering

/// Threads and scratch memory.
package final class Context: Sendable {
  private let threads: Int?
  let pool = RenderMemoryPool()

  private init(threads: Int?) {
    self.threads = threads
    Fork.watch()
  }

  /// The number of threads of a render, or nil for one on each core.
  var threadCount: Int? { Fork.isChild ? 1 : threads }

  /// Creates a context; see `splat_context_create`.
  package static func create(
    _ options: UnsafePointer<splat_context_options>?,
    _ result: UnsafeMutablePointer<OpaquePointer?>?
  ) throws(CallFailure) {
    let result = unsafe try Arguments.result(result, "context")
    var threads = 0
    if unsafe options != nil {
      let options = unsafe try Arguments.structure(
        options, "options", empty: splat_context_options())
      threads = try Arguments.integer(options.threads, "options->threads", in: 0...1024)
    }
    unsafe result.pointee = Handle.make(Context(threads: threads == 0 ? nil : threads))
  }
}

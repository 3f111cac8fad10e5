import Synchronization

/// The results of the pieces of parallel work.
final class SharedResults<Value: Sendable>: Sendable {
  private let storage: Mutex<[Value?]>

  init(count: Int) { storage = Mutex([Value?](repeating: nil, count: count)) }

  /// The result of a piece; nothing until it is set.
  subscript(piece: Int) -> Value? {
    get { storage.withLock { $0[piece] } }
    set { storage.withLock { $0[piece] = newValue } }
  }

  /// All results, in the order of the pieces.
  var values: [Value?] { storage.withLock { $0 } }
}

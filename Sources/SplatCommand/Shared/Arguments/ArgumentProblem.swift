import Synchronization

/// Why the last argument that was refused is wrong, for the message.
///
/// The parser asks an argument's type for a value or nothing, and has no place for a reason.
enum ArgumentProblem {
  private static let last = Mutex<String?>(nil)

  /// Notes what was expected in place of a value that is refused.
  static func note(_ problem: String) { last.withLock { $0 = problem } }

  /// What is wrong with `value`, which the parser refused.
  static func reason(of value: String) -> String {
    if let noted = last.withLock({ $0 }) { return noted }
    // All other types are numbers, or have names that the parser lists.
    return Double(value) == nil ? "a number was expected" : "a whole number was expected"
  }

  /// The elements of a list with commas between them; nothing if one is wrong.
  ///
  /// - Parameters:
  ///   - text: the list.
  ///   - expected: what each element must be.
  ///   - element: the value of an element, if it has one.
  static func list<Element>(
    _ text: String, of expected: String, element: (String) -> Element?
  ) -> [Element]? {
    var elements: [Element] = []
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for (index, part) in parts.enumerated() {
      guard let element = element(part) else {
        let found = part.isEmpty ? "empty" : part
        note(
          parts.count == 1
            ? "\(expected) was expected"
            : "number \(index + 1) of the list is \(found); \(expected) was expected")
        return nil
      }
      elements.append(element)
    }
    return elements
  }
}

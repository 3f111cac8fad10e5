import SplatPlatform
import Synchronization

/// What programs that were killed left of files that they were writing: `NAME.tmp-PROCESS-SERIAL`,
/// perhaps with the ending of `NAME` behind.
package enum Leftovers {
  private static let mark = ".tmp-"
  private static let serial = Atomic<Int>(0)
  /// The leftovers in each folder that was looked at, by the names of their files.
  private static let known = Mutex<[String: [String: [String]]]>([:])

  /// A name for the file or folder `path` while it is being written, which no other has.
  package static func temporary(for path: String) -> String {
    "\(path)\(mark)\(getpid())-\(serial.add(1, ordering: .relaxed).newValue)"
  }

  /// Removes the leftovers of the file at `path`.
  ///
  /// A folder is looked at once: that is before this program writes to it, so that all leftovers
  /// with its own process number, too, are of an earlier program that had the same.
  package static func remove(of path: String) {
    let folder = FilePaths.folder(of: path)
    let found = known.withLock { known -> [String] in
      let all =
        known[folder]
        ?? Dictionary(
          grouping: FilePaths.files(in: folder.isEmpty ? "." : folder).filter(isLeftover), by: owner
        )
      known[folder] = all
      return all[String(path.dropFirst(folder.count))] ?? []
    }
    for name in found { FileOutput.discard(folder + name) }
  }

  /// The paths of the folders that are leftovers of the folder at `path`.
  package static func folders(of path: String) -> [String] {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    let parent = FilePaths.folder(of: path)
    return FilePaths.folders(in: parent.isEmpty ? "." : parent)
      .filter { isLeftover($0) && owner($0) == path.dropFirst(parent.count) }
      .map { parent + $0 }
  }

  /// The file that a leftover was to become.
  private static func owner(_ name: String) -> String {
    name.ranges(of: mark).last.map { String(name[..<$0.lowerBound]) } ?? name
  }

  /// Whether a name is that of a leftover whose program has ended.
  private static func isLeftover(_ name: String) -> Bool {
    guard let range = name.ranges(of: mark).last else { return false }
    let numbers = name[range.upperBound...].prefix { $0 != "." }
      .split(separator: "-", omittingEmptySubsequences: false)
    guard numbers.count == 2, let process = pid_t(numbers[0]), process > 0, Int(numbers[1]) != nil
    else { return false }
    return process == getpid() || (kill(process, 0) != 0 && errno == ESRCH)
  }
}

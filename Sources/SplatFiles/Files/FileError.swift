import SplatPlatform

/// What is wrong with a file: which file, where in it, what was found and what was expected.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is; each has an exit code of its own.
  public enum Kind: Sendable, Equatable {
    /// The file was read and its content is wrong.
    case badInput
    /// The file does not exist or cannot be opened.
    case notFound
    /// The file cannot be written.
    case cannotWrite
  }

  /// The kind of failure.
  public var kind: Kind
  /// The file or folder, as the caller named it.
  public var path: String
  /// The place in the file, such as `byte 120`, `line 7` or `image 17`.
  public var place: String?
  /// What was found and what was expected.
  public var problem: String

  /// Creates an error from its parts.
  public init(_ kind: Kind, path: String, place: String? = nil, problem: String) {
    self.kind = kind
    self.path = path
    self.place = place
    self.problem = problem
  }

  /// The message: path, place and problem with colons between them.
  public var description: String {
    [path, place, problem].compactMap { $0 }.joined(separator: ": ")
  }

  /// The exit code of a program that ends with this error, as in `sysexits.h`.
  public var exitCode: Int32 {
    switch kind {
    case .badInput: 65
    case .notFound: 66
    case .cannotWrite: 73
    }
  }
}

extension FileError {
  /// An error in the system's words, by its number.
  package init(_ kind: Kind, path: String, systemError code: Int32) {
    let what = kind == .cannotWrite ? "cannot be written" : "cannot be opened"
    self.init(kind, path: path, problem: "\(what): \(systemMessage(code))")
  }

  /// An error about a file's content.
  package static func bad(_ path: String, _ place: String? = nil, _ problem: String) -> FileError {
    FileError(.badInput, path: path, place: place, problem: problem)
  }
}

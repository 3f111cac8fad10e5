import CSplat
import CSplatFiles
import SplatCBase
import SplatCTranslation
import SplatFiles

extension CallFailure {
  /// What is wrong with a file.
  init(_ error: FileError) {
    let status =
      switch error.kind {
      case .badInput: SPLAT_ERROR_CONTENT
      case .notFound: SPLAT_ERROR_NOT_FOUND
      case .cannotWrite: SPLAT_ERROR_WRITE
      }
    self.init(status: status, message: error.description)
  }
}

/// Text that C programs hand over.
enum TextArgument {
  /// The text at a pointer.
  static func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(CallFailure) -> String {
    guard let pointer = unsafe pointer else { throw .argument("\(name) is NULL") }
    guard let text = unsafe String(validatingCString: pointer) else {
      throw .argument("\(name) is not UTF-8")
    }
    guard !text.isEmpty else { throw .argument("\(name) is empty") }
    return text
  }
}

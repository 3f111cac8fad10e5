import Dispatch
import SplatCore
import SplatFiles
import Synchronization

/// Compresses pictures of cameras that rest without loss, beside the drawing, and sends them.
final class Refiner: Sendable {
  private struct Item {
    var photo: Photo
    var header: PictureHeader
    var look: Look
    var client: Client
  }

  private let queue = DispatchQueue(label: "pictures without loss")
  /// The newest picture of each page; older ones are worth nothing any more.
  private let waiting = Mutex<[ObjectIdentifier: Item]>([:])

  /// Compresses `photo` and sends it to `client` if `look` is still what the page looks at.
  func refine(_ photo: Photo, _ header: PictureHeader, for look: Look, of client: Client) {
    waiting.withLock {
      $0[ObjectIdentifier(client)] = Item(
        photo: photo, header: header, look: look, client: client)
    }
    queue.async { self.work(for: ObjectIdentifier(client)) }
  }

  private func work(for key: ObjectIdentifier) {
    guard let item = waiting.withLock({ $0.removeValue(forKey: key) }),
      item.client.looks(at: item.look)
    else { return }
    let begin = ContinuousClock.now
    var header = item.header
    header.format = .png
    guard let bytes = try? PNGFile.encode(item.photo, isFast: true, path: "picture") else {
      return item.client.close("the picture cannot be compressed")
    }
    header.compressing = (ContinuousClock.now - begin) / .milliseconds(1)
    item.client.send(header, bytes, onlyFor: item.look)
  }
}

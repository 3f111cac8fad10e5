import Dispatch
import SplatCore
import SplatFiles
import Synchronization

/// Compresses pictures of still cameras without loss on a queue of its own, and sends them.
final class LosslessEncoder: Sendable {
  private struct Item {
    var photo: Photo
    var header: PictureHeader
    var request: ViewRequest
    var client: Client
  }

  private let queue = DispatchQueue(label: "lossless pictures")
  /// The newest picture of each page; a newer one replaces it.
  private let pending = Mutex<[ObjectIdentifier: Item]>([:])

  /// Compresses `photo` and sends it to `client` if `request` is still its newest request.
  func encode(
    _ photo: Photo, _ header: PictureHeader, for request: ViewRequest, of client: Client
  ) {
    pending.withLock {
      $0[ObjectIdentifier(client)] = Item(
        photo: photo, header: header, request: request, client: client)
    }
    queue.async { self.encodePending(ObjectIdentifier(client)) }
  }

  private func encodePending(_ key: ObjectIdentifier) {
    guard let item = pending.withLock({ $0.removeValue(forKey: key) }),
      item.client.isCurrent(item.request)
    else { return }
    let begin = ContinuousClock.now
    var header = item.header
    header.format = .png
    guard let bytes = try? PNGFile.encode(item.photo, isFast: true, path: "picture") else {
      return item.client.close("the picture cannot be compressed")
    }
    header.compressing = (ContinuousClock.now - begin) / .milliseconds(1)
    item.client.send(header, bytes, ifCurrent: item.request)
  }
}

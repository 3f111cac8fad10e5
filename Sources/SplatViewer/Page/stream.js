// The WebSocket: comes back by itself after the server does.
class Stream {
  constructor(handlers) {
    this.handlers = handlers;
    this.delay = 250;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/stream${location.search}`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => { this.delay = 250; };
    socket.onmessage = event => {
      if (typeof event.data !== 'string') return this.takeBytes(event.data);
      const message = JSON.parse(event.data);
      this.handlers[message.type]?.(message);
    };
    socket.onclose = event => {
      this.handlers.lost(event.reason);
      setTimeout(() => this.connect(), this.delay);
      this.delay = Math.min(this.delay * 1.6, 4000);
    };
    this.socket = socket;
  }

  takeBytes(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    this.handlers[header.kind]?.(header, buffer.slice(4 + length));
  }

  get isOpen() { return this.socket.readyState === WebSocket.OPEN; }

  send(message) {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
    return this.isOpen;
  }

  confirm(header) { this.send({ type: 'shown', picture: header.picture }); }
}

// The bytes after a header as an image.
const bitmap = (header, bytes) => createImageBitmap(new Blob([bytes], { type: `image/${header.format}` }));

// The WebSocket, which reconnects by itself.
class Stream {
  // The milliseconds until the first and until any later try to reconnect, and their growth.
  static firstDelay = 250;
  static longestDelay = 4000;
  static delayGrowth = 1.6;
  // The codes with which a server ends as planned (RFC 6455, 7.4.1).
  static plannedCodes = [1000, 1001];

  constructor(handlers) {
    this.handlers = handlers;
    this.delay = Stream.firstDelay;
    this.connect();
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/stream${location.search}`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => { this.delay = Stream.firstDelay; };
    socket.onmessage = event => {
      if (typeof event.data !== 'string') return this.receiveBytes(event.data);
      const message = JSON.parse(event.data);
      this.handlers[message.type]?.(message);
    };
    socket.onclose = event => {
      this.handlers.closed(event.reason, Stream.plannedCodes.includes(event.code));
      setTimeout(() => this.connect(), this.delay);
      this.delay = Math.min(this.delay * Stream.delayGrowth, Stream.longestDelay);
    };
    this.socket = socket;
  }

  receiveBytes(buffer) {
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

// The image in the bytes after a header.
const decodeImage = (header, bytes) =>
  createImageBitmap(new Blob([bytes], { type: `image/${header.format}` }));

"""A page without a browser: just enough of a WebSocket for the viewer (RFC 6455)."""
import base64
import json
import os
import socket
import struct


class SocketPage:
    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        host = f"127.0.0.1:{port}"
        self.socket.sendall(
            f"GET /stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n\r\n".encode())
        self.data = b""
        while b"\r\n\r\n" not in self.data:
            self._fill()
        head, self.data = self.data.split(b"\r\n\r\n", 1)
        assert b" 101 " in head, head

    def close(self):
        self.socket.close()

    def _fill(self):
        more = self.socket.recv(1 << 20)
        if not more:
            raise ConnectionError("the server has closed the connection")
        self.data += more

    def _take(self, count):
        while len(self.data) < count:
            self._fill()
        part, self.data = self.data[:count], self.data[count:]
        return part

    def send(self, message):
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, payload, opcode=1):
        length = len(payload)
        size = bytes([0x80 | length]) if length < 126 else struct.pack(">BH", 0x80 | 126, length)
        # A mask of zeros changes nothing.
        self.socket.sendall(bytes([0x80 | opcode]) + size + bytes(4) + payload)

    def frame(self):
        """The next frame: its opcode and its payload."""
        first, second = self._take(2)
        length = second & 127
        if length >= 126:
            length = int.from_bytes(self._take(2 if length == 126 else 8), "big")
        return first & 15, self._take(length)

    def message(self):
        """The next text, as an object."""
        while True:
            opcode, payload = self.frame()
            if opcode == 1:
                return json.loads(payload)

    def picture(self):
        """The next picture's header, confirmed, and the number of its bytes."""
        while True:
            opcode, payload = self.frame()
            if opcode == 8:
                raise ConnectionError(payload[2:].decode())
            if opcode != 2:
                continue
            length = int.from_bytes(payload[:4], "little")
            header = json.loads(payload[4:4 + length])
            self.send({"type": "shown", "picture": header["picture"]})
            return header, len(payload) - 4 - length

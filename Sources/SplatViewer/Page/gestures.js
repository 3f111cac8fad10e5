// Moves the camera by pointers, the wheel and held keys.
class Gestures {
  // Radians for a drag over the picture's height: turning around the model, and in place.
  static orbitSpeed = 4;
  static lookSpeed = 1.5;
  // The logarithm of the change of the distance for a drag over the picture's height.
  static dollySpeed = 2;
  // The same for a pixel of the wheel, and the most pixels of one event.
  static wheelSpeed = 0.0015;
  static longestWheel = 300;
  // The pixels of a line and of a page of the wheel.
  static pixelsPerLine = 16;
  static pixelsPerPage = 400;
  // The pivot's distances that keys fly in a second, and the factor of Shift.
  static flySpeed = 0.6;
  static fastFactor = 4;
  // The longest time in seconds that one frame may move the camera for.
  static longestStep = 0.1;

  constructor(app) {
    this.app = app;
    this.pointers = new Map();
    this.held = new Set();
    const stage = app.picture.stage;
    stage.addEventListener('pointerdown', event => this.down(event));
    stage.addEventListener('pointermove', event => this.moved(event));
    for (const name of ['pointerup', 'pointercancel']) {
      stage.addEventListener(name, event => this.pointers.delete(event.pointerId));
    }
    stage.addEventListener('contextmenu', event => event.preventDefault());
    stage.addEventListener('wheel', event => this.wheel(event), { passive: false });
    addEventListener('keyup', event => this.held.delete(event.code));
    addEventListener('blur', () => this.held.clear());
    app.picture.beforeRequest = () => this.advance();
  }

  down(event) {
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.focus({ preventScroll: true });
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  moved(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const others = [...this.pointers]
      .filter(([id]) => id !== event.pointerId).map(([, position]) => position);
    this.pointers.set(event.pointerId, now);
    if (this.app.comparison.isOn) return this.app.comparison.moveTo(now.x);
    const { camera, picture, up } = this.app;
    const height = picture.region().height;
    const [x, y] = [(now.x - before.x) / height, (now.y - before.y) / height];
    if (others.length) {
      this.twoFingers(before, now, others[0], height);
    } else if (event.buttons & 2 || event.shiftKey) {
      camera.pan(x, y);
    } else if (event.buttons & 4 || event.ctrlKey) {
      camera.dolly(Math.exp(y * Gestures.dollySpeed));
    } else if (event.altKey) {
      camera.lookAround(x * Gestures.lookSpeed, y * Gestures.lookSpeed, up);
    } else {
      // The model follows the pointer, so the camera goes the other way.
      camera.orbit(-x * Gestures.orbitSpeed, -y * Gestures.orbitSpeed, up);
    }
    this.app.moved(event.timeStamp);
  }

  // Fingers that move together pan, apart dolly, around each other roll. Each of them reports only
  // its own movement, half of that of the pair.
  twoFingers(before, now, other, height) {
    const { camera } = this.app;
    const span = point => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    const angle = point => Math.atan2(point.y - other.y, point.x - other.x);
    camera.pan((now.x - before.x) / height / 2, (now.y - before.y) / height / 2);
    camera.dolly(span(before) / span(now));
    const twist = angle(now) - angle(before);
    camera.roll(-Math.atan2(Math.sin(twist), Math.cos(twist)));
  }

  wheel(event) {
    event.preventDefault();
    if (this.app.comparison.isOn) return;
    const { longestWheel, wheelSpeed } = Gestures;
    const unit = [1, Gestures.pixelsPerLine, Gestures.pixelsPerPage][event.deltaMode];
    const pixels = clamp(event.deltaY * unit, -longestWheel, longestWheel);
    this.app.camera.dolly(Math.exp(pixels * wheelSpeed));
    this.app.moved(event.timeStamp);
  }

  hold(event) {
    if (!Gestures.keys[event.code]) return false;
    if (!this.held.size) this.lastTime = performance.now();
    this.held.add(event.code);
    this.isFast = event.shiftKey;
    this.app.picture.invalidate(true, event.timeStamp);
    return true;
  }

  // Moves the camera by the keys that were held since the last request.
  advance() {
    if (!this.held.size) return;
    const now = performance.now();
    const seconds = Math.min(Gestures.longestStep, (now - this.lastTime) / 1000);
    this.lastTime = now;
    const time = seconds * (this.isFast ? Gestures.fastFactor : 1);
    for (const code of this.held) Gestures.keys[code](this.app, time);
    this.app.moved(now);
  }
}
const fly = (axis, sign) => ({ camera }, time) =>
  camera.move(times(camera.axes[axis], sign * time * Gestures.flySpeed * camera.distance));
Gestures.keys = {
  KeyW: fly(2, 1), KeyS: fly(2, -1), KeyA: fly(0, -1), KeyD: fly(0, 1),
  KeyQ: fly(1, 1), KeyE: fly(1, -1),
  ArrowLeft: (app, time) => app.camera.orbit(time, 0, app.up),
  ArrowRight: (app, time) => app.camera.orbit(-time, 0, app.up),
  ArrowUp: (app, time) => app.camera.orbit(0, time, app.up),
  ArrowDown: (app, time) => app.camera.orbit(0, -time, app.up),
  Equal: (app, time) => app.camera.dolly(Math.exp(-time)),
  Minus: (app, time) => app.camera.dolly(Math.exp(time)),
  NumpadAdd: (app, time) => app.camera.dolly(Math.exp(-time)),
  NumpadSubtract: (app, time) => app.camera.dolly(Math.exp(time)),
  KeyZ: (app, time) => app.camera.roll(time),
  KeyC: (app, time) => app.camera.roll(-time),
  KeyF: (app, time) => app.camera.lookAround(time, 0, app.up),
  KeyH: (app, time) => app.camera.lookAround(-time, 0, app.up),
  KeyG: (app, time) => app.camera.lookAround(0, time, app.up),
  KeyV: (app, time) => app.camera.lookAround(0, -time, app.up),
};

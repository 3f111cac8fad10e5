// Moves the camera by pointers, the wheel and held keys.
class Gestures {
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
    app.picture.beforeLook = () => this.advance();
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
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.pointers.set(event.pointerId, now);
    if (this.app.compare.isOn) return this.app.compare.moveTo(now.x);
    const { camera, picture, up } = this.app;
    const height = picture.region().height;
    const [x, y] = [(now.x - before.x) / height, (now.y - before.y) / height];
    if (others.length) {
      this.twoFingers(before, now, others[0], height);
    } else if (event.buttons & 2 || event.shiftKey) {
      camera.pan(x, y);
    } else if (event.buttons & 4 || event.ctrlKey) {
      camera.dolly(Math.exp(y * 2));
    } else if (event.altKey) {
      camera.look(x * 1.5, y * 1.5, up);
    } else {
      // What is near follows the pointer, and so the camera goes the other way.
      camera.orbit(-x * 4, -y * 4, up);
    }
    this.app.moved(event.timeStamp);
  }

  // Both fingers count for half of the way: together they pan, apart they dolly, around they roll.
  twoFingers(before, now, other, height) {
    const { camera } = this.app;
    const span = at => Math.hypot(at.x - other.x, at.y - other.y) || 1;
    const angle = at => Math.atan2(at.y - other.y, at.x - other.x);
    camera.pan((now.x - before.x) / height / 2, (now.y - before.y) / height / 2);
    camera.dolly(span(before) / span(now));
    const twist = angle(now) - angle(before);
    camera.roll(-Math.atan2(Math.sin(twist), Math.cos(twist)));
  }

  wheel(event) {
    event.preventDefault();
    if (this.app.compare.isOn) return;
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    this.app.camera.dolly(Math.exp(clamp(event.deltaY * lines, -300, 300) * 0.0015));
    this.app.moved(event.timeStamp);
  }

  hold(event) {
    if (!Gestures.keys[event.code]) return false;
    if (!this.held.size) this.lastTime = performance.now();
    this.held.add(event.code);
    this.isFast = event.shiftKey;
    this.app.picture.touch(true, event.timeStamp);
    return true;
  }

  // Moves by what held keys have done since the last picture.
  advance() {
    if (!this.held.size) return;
    const now = performance.now();
    const seconds = Math.min(0.1, (now - this.lastTime) / 1000);
    this.lastTime = now;
    for (const code of this.held) Gestures.keys[code](this.app, seconds * (this.isFast ? 4 : 1));
    this.app.moved(now);
  }
}
const fly = axis => sign => (app, time) =>
  app.camera.move(times(app.camera.axes[axis], sign * time * 0.6 * app.camera.distance));
Gestures.keys = {
  KeyW: fly(2)(1), KeyS: fly(2)(-1), KeyA: fly(0)(-1), KeyD: fly(0)(1), KeyQ: fly(1)(1), KeyE: fly(1)(-1),
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
  KeyF: (app, time) => app.camera.look(time, 0, app.up),
  KeyH: (app, time) => app.camera.look(-time, 0, app.up),
  KeyG: (app, time) => app.camera.look(0, time, app.up),
  KeyV: (app, time) => app.camera.look(0, -time, app.up),
};

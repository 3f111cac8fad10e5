// Asks for pictures of the camera and shows them.
class Picture {
  constructor(stream, camera, style) {
    Object.assign(this, { stream, camera, style });
    this.stage = document.getElementById('stage');
    this.canvas = document.getElementById('picture');
    this.serial = 0;
    this.lastMotion = -1e9;
    this.lastSent = -1e9;
    this.needsRest = false;
    this.asked = new Map();
    this.shown = null;
    this.aspect = null;
    this.times = [];
    this.latencies = [];
    this.onShown = () => {};
    new ResizeObserver(() => this.touch(false)).observe(this.stage);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.stream.send({ type: 'rest' });
      else this.touch(false);
    });
  }

  // Something changed: a picture is wanted. `began` is when a person moved something.
  touch(isMotion = true, began = performance.now()) {
    if (isMotion) this.lastMotion = performance.now();
    this.began ??= began;
    this.needsLook = true;
    this.schedule();
  }

  schedule() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(now => { this.isScheduled = false; this.frame(now); });
  }

  frame() {
    this.beforeLook?.();
    const now = performance.now();
    const isMoving = now - this.lastMotion < Picture.restAfter;
    // A screen of 240 Hz needs no 240 looks.
    if (isMoving && now - this.lastSent < 14) return this.schedule();
    if (this.needsLook || (this.needsRest && !isMoving)) this.ask(isMoving, now);
    if (this.needsRest) this.schedule();
  }

  ask(isMoving, now) {
    if (document.hidden || !this.stream.isOpen) return;
    const { width, height } = this.size();
    const look = {
      type: 'look', serial: ++this.serial, moving: isMoving, camera: this.camera.entry(width, height),
      style: this.style };
    if (!this.stream.send(look)) return;
    this.asked.set(look.serial, { began: isMoving ? this.began ?? now : null, camera: this.camera.copy(), look });
    for (const serial of this.asked.keys()) {
      if (this.asked.size <= 400) break;
      this.asked.delete(serial);
    }
    this.began = null;
    this.lastSent = now;
    this.needsLook = false;
    this.needsRest = isMoving;
  }

  // The part of the stage that the picture fills, in CSS pixels.
  region() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!this.aspect) return { x: 0, y: 0, width, height };
    const fitted = Math.min(width, height * this.aspect);
    const [w, h] = [Math.max(1, fitted), Math.max(1, fitted / this.aspect)];
    return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
  }

  // The size of the full picture, in pixels of the screen.
  size() {
    const region = this.region();
    const ratio = Math.min(devicePixelRatio || 1, 2, Math.sqrt(8e6 / Math.max(1, region.width * region.height)));
    return {
      width: Math.max(1, Math.round(region.width * ratio)),
      height: Math.max(1, Math.round(region.height * ratio)) };
  }

  async show(header, bytes) {
    let image = null;
    try { image = await bitmap(header, bytes); } catch { /* A picture that cannot be decoded is skipped. */ }
    // Decoding may end in another order than it began.
    const asked = this.asked.get(header.serial);
    if (image && asked && header.picture > (this.shown?.header.picture ?? 0)) this.put(image, header, asked);
    image?.close();
    this.stream.confirm(header);
  }

  put(image, header, asked) {
    // The browser enlarges the canvas faster than a script could.
    if (this.canvas.width !== image.width || this.canvas.height !== image.height) {
      this.canvas.width = image.width;
      this.canvas.height = image.height;
    }
    const region = this.region();
    Object.assign(this.canvas.style, {
      left: `${region.x}px`, top: `${region.y}px`, width: `${region.width}px`, height: `${region.height}px` });
    this.canvas.getContext('2d', { alpha: false }).drawImage(image, 0, 0);
    this.shown = { header, camera: asked.camera, look: asked.look };
    const now = performance.now();
    if (asked.began !== null) {
      this.note(this.latencies, now - asked.began);
      this.note(this.times, now);
      asked.began = null;
    }
    this.onShown(this.shown);
  }

  note(list, value) {
    list.push(value);
    if (list.length > 4000) list.splice(0, 2000);
  }

  // Frames a second and the median latency of the last second of movement.
  speed() {
    const recent = this.times.filter(time => time > (this.times.at(-1) ?? 0) - 1000);
    const latencies = this.latencies.slice(-recent.length).sort((a, b) => a - b);
    const span = recent.at(-1) - recent[0];
    return {
      rate: recent.length > 1 ? (recent.length - 1) / span * 1000 : 0,
      latency: latencies[latencies.length >> 1] ?? 0 };
  }

  reset() {
    this.asked.clear();
    this.shown = null;
    this.needsLook = true;
  }
}
// The milliseconds without movement after which the full picture is asked for.
Picture.restAfter = 60;

// Requests pictures of the camera's view and shows them.
class Picture {
  // The milliseconds without movement after which the picture is requested at full size.
  static stillAfter = 60;
  // The milliseconds between two requests at least: a screen of 240 Hz needs no 240 of them.
  static requestInterval = 14;
  // The most pixels of a picture that fills the window.
  static largestArea = 8e6;
  // The requests whose cameras are remembered until their pictures come.
  static maximumRequests = 400;
  // The measured times that are kept, at most.
  static maximumTimes = 4000;

  constructor(stream, camera, style) {
    Object.assign(this, { stream, camera, style });
    this.stage = document.getElementById('stage');
    this.canvas = document.getElementById('picture');
    this.serial = 0;
    this.lastMotion = -Infinity;
    this.lastSent = -Infinity;
    this.needsRequest = false;
    this.needsFullSize = false;
    this.requests = new Map();
    this.shown = null;
    this.aspect = null;
    this.times = [];
    this.latencies = [];
    this.onShown = () => {};
    new ResizeObserver(() => this.invalidate(false)).observe(this.stage);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.stream.send({ type: 'hidden' });
      else this.invalidate(false);
    });
  }

  // The pixels of the screen for a CSS pixel; more than 2 would not be seen.
  static get pixelRatio() { return Math.min(devicePixelRatio || 1, 2); }

  // Schedules a request. `began` is when the user moved something.
  invalidate(isMotion = true, began = performance.now()) {
    if (isMotion) this.lastMotion = performance.now();
    this.began ??= began;
    this.needsRequest = true;
    this.schedule();
  }

  schedule() {
    if (this.isScheduled) return;
    this.isScheduled = true;
    requestAnimationFrame(() => { this.isScheduled = false; this.frame(); });
  }

  frame() {
    this.beforeRequest?.();
    const now = performance.now();
    const isMoving = now - this.lastMotion < Picture.stillAfter;
    if (isMoving && now - this.lastSent < Picture.requestInterval) return this.schedule();
    if (this.needsRequest || (this.needsFullSize && !isMoving)) this.request(isMoving, now);
    if (this.needsFullSize) this.schedule();
  }

  request(isMoving, now) {
    if (document.hidden || !this.stream.isOpen) return;
    const { width, height } = this.size();
    const request = {
      type: 'view', serial: ++this.serial, moving: isMoving,
      camera: this.camera.entry(width, height), style: this.style };
    if (!this.stream.send(request)) return;
    // Remember what the picture will show; the oldest requests will not be answered any more.
    const began = isMoving ? this.began ?? now : null;
    this.requests.set(request.serial, { began, camera: this.camera.copy(), request });
    for (const serial of this.requests.keys()) {
      if (this.requests.size <= Picture.maximumRequests) break;
      this.requests.delete(serial);
    }
    this.began = null;
    this.lastSent = now;
    this.needsRequest = false;
    this.needsFullSize = isMoving;
  }

  // The part of the stage that the picture fills, in CSS pixels.
  region() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!this.aspect) return { x: 0, y: 0, width, height };
    const fitted = Math.min(width, height * this.aspect);
    const [w, h] = [Math.max(1, fitted), Math.max(1, fitted / this.aspect)];
    return { x: (width - w) / 2, y: (height - h) / 2, width: w, height: h };
  }

  // The full size of the picture, in pixels of the screen.
  size() {
    const region = this.region();
    const area = Math.max(1, region.width * region.height);
    const ratio = Math.min(Picture.pixelRatio, Math.sqrt(Picture.largestArea / area));
    return {
      width: Math.max(1, Math.round(region.width * ratio)),
      height: Math.max(1, Math.round(region.height * ratio)) };
  }

  async show(header, bytes) {
    let image = null;
    try { image = await decodeImage(header, bytes); } catch { /* Skip what cannot be decoded. */ }
    // Decoding may end in another order than it began.
    const request = this.requests.get(header.serial);
    const isNewer = header.picture > (this.shown?.header.picture ?? 0);
    if (image && request && isNewer) this.put(image, header, request);
    image?.close();
    this.stream.confirm(header);
  }

  put(image, header, { camera, request, began }) {
    // A canvas of the picture's size is enlarged by the browser, faster than by a script.
    if (this.canvas.width !== image.width || this.canvas.height !== image.height) {
      this.canvas.width = image.width;
      this.canvas.height = image.height;
    }
    this.place(this.canvas);
    this.canvas.getContext('2d', { alpha: false }).drawImage(image, 0, 0);
    this.shown = { header, camera, request };

    // Measure the time from the user's movement; later pictures of the request do not count.
    if (began !== null) {
      const now = performance.now();
      this.record(this.latencies, now - began);
      this.record(this.times, now);
      this.requests.get(header.serial).began = null;
    }
    this.onShown(this.shown);
  }

  // Places an element over the region of the picture.
  place(element) {
    const { x, y, width, height } = this.region();
    Object.assign(element.style, {
      left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` });
  }

  record(list, value) {
    list.push(value);
    if (list.length > Picture.maximumTimes) list.splice(0, Picture.maximumTimes / 2);
  }

  // The frames a second and the median latency of the last second of movement.
  speed() {
    const recent = this.times.filter(time => time > (this.times.at(-1) ?? 0) - 1000);
    const latencies = this.latencies.slice(-recent.length).sort((a, b) => a - b);
    const span = recent.at(-1) - recent[0];
    return {
      rate: recent.length > 1 ? (recent.length - 1) / span * 1000 : 0,
      latency: latencies[latencies.length >> 1] ?? 0 };
  }

  reset() {
    this.requests.clear();
    this.shown = null;
    this.needsRequest = true;
  }
}

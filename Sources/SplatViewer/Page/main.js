// Connects the parts of the page.
class App {
  constructor() {
    // The scene and the style are defaults until the server has sent its own.
    this.style = {
      view: 'color', background: [0, 0, 0], antialias: false, near: 0.01, shDegree: 4,
      splatScale: 1, minimumOpacity: 0 };
    this.cameras = [];
    this.current = -1;
    this.up = [0, -1, 0];
    this.center = [0, 0, 0];
    const rotation = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    this.camera = ViewCamera.from(
      { width: 2, height: 2, fx: 2, fy: 2, position: [0, 0, -1], rotation }, this.center);
    this.isReady = false;

    // One handler for each type of text message and each kind of binary message.
    this.stream = new Stream({
      hello: message => this.hello(message),
      cameras: message => this.begin(message.cameras),
      history: message => this.training.begin(message.samples),
      progress: message => this.progress(message),
      frame: (header, bytes) => this.picture.show(header, bytes),
      screenshot: (header, bytes) => this.panel.receiveScreenshot(header, bytes),
      photo: (header, bytes) => this.comparison.receive(header, bytes),
      points: (header, bytes) => {
        this.stream.confirm(header);
        this.overlay.setPoints(bytes);
      },
      closed: (reason, isPlanned) => this.closed(reason, isPlanned),
    });

    // The parts of the page.
    this.picture = new Picture(this.stream, this.camera, this.style);
    this.overlay = new Overlay(this.picture);
    this.comparison = new Comparison(this);
    this.training = new TrainingPanel(this.stream);
    this.gestures = new Gestures(this);
    this.panel = new Panel(this);
    this.picture.onShown = shown => this.shown(shown);
  }

  hello(message) {
    this.lastReason = null;
    document.title = `${message.title} – splat`;
    document.getElementById('title').textContent = message.title;
    this.up = message.up;
    this.center = message.center;
    this.hasPhotos = message.hasPhotos;
    this.testNames = new Set(message.testNames);
    this.largestSavedArea = message.largestSavedArea;
    document.getElementById('compare').hidden = !message.hasPhotos;
    document.getElementById('training').hidden = !message.isTraining;
    // A page that reconnects keeps what the user has chosen.
    if (!this.isReady) {
      const { background, antialias, near } = message;
      Object.assign(this.style, { background, antialias, near });
    }
    this.setState(message.isTraining ? 'training' : 'connected', 'good');
  }

  begin([first, ...cameras]) {
    this.first = first;
    this.cameras = cameras;
    this.overlay.setCameras(cameras, this.testNames, this.center);
    this.overlay.points = null;
    const options = cameras.map(({ img_name: name }, index) =>
      new Option(`${name}${this.testNames.has(name) ? ' (held out)' : ''}`, index));
    document.getElementById('cameras').replaceChildren(
      new Option(cameras.length ? 'camera …' : 'no cameras', -1), ...options);
    this.picture.reset();
    if (!this.isReady) this.setCamera(ViewCamera.from(first, this.center));
    this.isReady = true;
    this.panel.reflect();
    if (this.overlay.showsPoints) this.stream.send({ type: 'points' });
    if (this.comparison.isOn) this.comparison.show(this.comparison.index);
    this.picture.invalidate(false);
  }

  progress(message) {
    this.training.update(message);
    if (message.isFinished) this.setState('training finished', 'good');
  }

  // The reason that the server gave last stays until it is back.
  closed(reason, isPlanned) {
    if (reason) this.lastReason = { reason, isPlanned };
    if (!this.lastReason) this.setState('connecting …', 'bad');
    else if (this.lastReason.isPlanned) this.setState(this.lastReason.reason, 'quiet');
    else this.setState(`closed: ${this.lastReason.reason}`, 'bad');
    this.picture.requests.clear();
  }

  setState(text, kind) {
    const state = document.getElementById('state');
    state.textContent = text;
    state.className = `chip ${kind}`;
  }

  setCamera(camera) {
    this.camera = this.picture.camera = camera;
    this.picture.invalidate(false);
  }

  home() {
    this.panel.playback = null;
    this.comparison.end();
    this.choose(-1);
    if (this.first) this.setCamera(ViewCamera.from(this.first, this.center));
    this.panel.reflect();
  }

  choose(index) {
    this.current = this.overlay.current = index;
    document.getElementById('cameras').value = index;
  }

  jump(index) {
    if (!this.cameras[index]) return;
    this.panel.playback = null;
    this.choose(index);
    this.setCamera(ViewCamera.from(this.cameras[index], this.center));
    if (this.comparison.isOn) this.comparison.show(index);
    this.panel.reflect();
  }

  // Jumps to the next camera, or with -1 to the previous one.
  step(by) {
    const count = this.cameras.length;
    const start = this.current < 0 && by < 0 ? count : this.current;
    if (count) this.jump((start + by + count) % count);
  }

  // The user moved the camera or changed the style.
  moved(time = performance.now()) {
    this.panel.playback = null;
    if (this.current >= 0 && !this.comparison.isOn) this.choose(-1);
    this.picture.invalidate(true, time);
  }

  shown({ header, request }) {
    document.getElementById('notice').hidden = true;
    const { rate, latency } = this.picture.speed();
    const speed = request.moving
      ? `${rate.toFixed(0)}/s  ${latency.toFixed(0)} ms` : `${header.drawing.toFixed(0)} ms`;
    document.getElementById('speed').textContent = `${header.width}×${header.height}  ` +
      `${header.splats.toLocaleString('en')} Gaussians  ${speed}`;
    const legend = document.getElementById('legend');
    legend.hidden = !header.range;
    legend.className = `chip quiet${request.style.view === 'alpha' ? ' grey' : ''}`;
    if (header.range) {
      legend.textContent = [header.range.dark, header.range.bright]
        .map(value => Number(value.toPrecision(3)).toLocaleString('en')).join(' … ');
    }
    this.overlay.draw();
    this.comparison.draw();
  }
}
window.app = new App();

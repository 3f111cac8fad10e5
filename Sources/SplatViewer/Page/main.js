// Puts the parts together.
class App {
  constructor() {
    this.style = {
      view: 'color', background: [0, 0, 0], antialias: false, near: 0.01, shDegree: 4, splatScale: 1,
      minimumOpacity: 0 };
    this.cameras = [];
    this.current = -1;
    this.up = [0, -1, 0];
    this.center = [0, 0, 0];
    this.camera = ViewCamera.from({
      width: 2, height: 2, fx: 2, fy: 2, position: [0, 0, -1], rotation: [[1, 0, 0], [0, 1, 0], [0, 0, 1]] }, [0, 0, 0]);
    this.stream = new Stream({
      hello: message => this.hello(message), cameras: message => this.begin(message.cameras),
      history: message => this.training.begin(message.samples),
      progress: message => this.training.progress(message),
      frame: (header, bytes) => this.picture.show(header, bytes),
      screenshot: (header, bytes) => this.panel.takeScreenshot(header, bytes),
      photo: (header, bytes) => this.compare.take(header, bytes),
      points: (header, bytes) => { this.stream.confirm(header); this.overlay.setPoints(bytes); },
      lost: reason => this.lost(reason),
    });
    this.picture = new Picture(this.stream, this.camera, this.style);
    this.overlay = new Overlay(this.picture);
    this.compare = new Comparison(this);
    this.training = new TrainingPanel(this.stream);
    this.gestures = new Gestures(this);
    this.panel = new Panel(this);
    this.picture.onShown = shown => this.shown(shown);
    this.isReady = false;
  }

  hello(message) {
    this.lastWord = null;
    document.title = `${message.title} – splat`;
    document.getElementById('title').textContent = message.title;
    this.up = message.up;
    this.center = message.center;
    this.hasPhotos = message.hasPhotos;
    this.testNames = new Set(message.testNames);
    this.largestSavedArea = message.largestSavedArea;
    document.getElementById('compare').hidden = !message.hasPhotos;
    document.getElementById('training').hidden = !message.isTraining;
    // A page that comes back keeps what its person has chosen.
    if (!this.isReady) Object.assign(this.style, {
      background: message.background, antialias: message.antialias, near: message.near });
    this.state(message.isTraining ? 'training' : 'connected', 'good');
  }

  begin([first, ...cameras]) {
    this.first = first;
    this.cameras = cameras;
    this.overlay.setCameras(cameras, this.testNames, this.center);
    this.overlay.points = null;
    document.getElementById('cameras').replaceChildren(
      new Option(cameras.length ? 'camera …' : 'no cameras', -1), ...cameras.map((entry, index) =>
        new Option(`${entry.img_name}${this.testNames.has(entry.img_name) ? ' (held out)' : ''}`, index)));
    this.picture.reset();
    if (!this.isReady) this.setCamera(ViewCamera.from(first, this.center));
    this.isReady = true;
    this.panel.reflect();
    if (this.overlay.showsPoints) this.stream.send({ type: 'points' });
    if (this.compare.isOn) this.compare.show(this.compare.index);
    this.picture.touch(false);
  }

  lost(reason) {
    // The last word of the server stays until there is one again.
    this.lastWord = reason || this.lastWord;
    this.state(this.lastWord ? `closed: ${this.lastWord}` : 'connecting …', 'bad');
    this.picture.asked.clear();
  }

  state(text, kind) {
    const state = document.getElementById('state');
    state.textContent = text;
    state.className = `chip ${kind}`;
  }

  setCamera(camera) {
    this.camera = this.picture.camera = camera;
    this.picture.touch(false);
  }

  home() {
    this.panel.run = null;
    this.compare.end();
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
    this.panel.run = null;
    this.choose(index);
    this.setCamera(ViewCamera.from(this.cameras[index], this.center));
    if (this.compare.isOn) this.compare.show(index);
    this.panel.reflect();
  }

  step(by) {
    const count = this.cameras.length;
    if (count) this.jump(this.current < 0 ? (by > 0 ? 0 : count - 1) : (this.current + by + count) % count);
  }

  // The camera or the style moved.
  moved(time = performance.now()) {
    this.panel.run = null;
    if (this.current >= 0 && !this.compare.isOn) this.choose(-1);
    this.picture.touch(true, time);
  }

  shown({ header, look }) {
    document.getElementById('notice').hidden = true;
    const { rate, latency } = this.picture.speed();
    document.getElementById('speed').textContent =
      `${header.width}×${header.height}  ${header.splats.toLocaleString('en')} Gaussians  ` +
      (look.moving ? `${rate.toFixed(0)}/s  ${latency.toFixed(0)} ms` : `${header.drawing.toFixed(0)} ms`);
    const legend = document.getElementById('legend');
    legend.hidden = !header.range;
    legend.className = `chip quiet${look.style.view === 'alpha' ? ' grey' : ''}`;
    if (header.range) {
      legend.textContent = [header.range.dark, header.range.bright]
        .map(value => Number(value.toPrecision(3)).toLocaleString('en')).join(' … ');
    }
    this.overlay.draw();
    this.compare.draw();
  }
}
window.app = new App();

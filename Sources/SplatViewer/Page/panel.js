// The controls of the panel, the keys, and what they do.
class Panel {
  constructor(app) {
    this.app = app;
    this.path = new KeyPath();
    this.shots = new Map();
    const on = (id, action) => { document.getElementById(id).onclick = action; };
    on('menu', () => this.toggleMenu());
    on('home', () => app.home());
    on('previous', () => app.step(-1));
    on('next', () => app.step(1));
    on('level', () => { app.camera.level(app.up); app.moved(); });
    on('compare', () => app.compare.toggle());
    on('copy', () => this.copyCamera());
    on('shot', () => this.screenshot());
    on('key-add', () => this.addKey());
    on('key-remove', () => this.removeKey());
    on('key-play', () => this.playPath());
    on('key-save', () => this.savePath());
    on('help-open', () => this.help());
    document.getElementById('cameras').onchange = event => app.jump(Number(event.target.value));
    for (const button of document.querySelectorAll('#views button')) {
      button.onclick = () => this.setView(button.dataset.view);
    }
    this.bindStyle();
    this.reflectKeys();
    addEventListener('keydown', event => this.key(event));
    if (matchMedia('(max-width: 640px)').matches) this.toggleMenu();
  }

  // Each control: its element, how it shows the style, and how it changes it.
  bindStyle() {
    const { app } = this;
    const range = (id, show, change, text) => {
      const input = document.getElementById(id);
      const reflect = () => {
        input.value = show();
        if (input.nextElementSibling) input.nextElementSibling.textContent = text();
      };
      input.oninput = () => {
        change(Number(input.value));
        if (input.nextElementSibling) input.nextElementSibling.textContent = text();
        app.moved();
      };
      return reflect;
    };
    const check = (id, show, change) => {
      const input = document.getElementById(id);
      input.onchange = () => { change(input.checked); app.picture.touch(false); };
      return () => { input.checked = show(); };
    };
    const { style } = app;
    const hex = () => '#' + style.background.map(
      value => Math.round(value * 255).toString(16).padStart(2, '0')).join('');
    const background = document.getElementById('background');
    background.oninput = () => {
      style.background = [1, 3, 5].map(at => parseInt(background.value.slice(at, at + 2), 16) / 255);
      app.moved();
    };
    this.reflections = [
      () => { background.value = hex(); },
      range('fov', () => app.camera.fieldOfView, value => { app.camera.fieldOfView = value; },
        () => `${app.camera.fieldOfView.toFixed(0)}°`),
      range('sh-degree', () => Math.min(style.shDegree, 3), value => { style.shDegree = value; },
        () => `${Math.min(style.shDegree, 3)}`),
      range('splat-scale', () => Math.log2(style.splatScale), value => { style.splatScale = 2 ** value; },
        () => style.splatScale.toFixed(2)),
      range('opacity', () => style.minimumOpacity, value => { style.minimumOpacity = value; },
        () => style.minimumOpacity.toFixed(2)),
      range('near', () => Number(style.near.toPrecision(6)),
        value => { if (value >= 1e-6 && value <= 1e6) style.near = value; }, () => ''),
      check('antialias', () => style.antialias, value => { style.antialias = value; }),
      check('show-cameras', () => app.overlay.showsCameras, () => this.toggleOverlay('showsCameras')),
      check('show-points', () => app.overlay.showsPoints, () => this.toggleOverlay('showsPoints')),
    ];
  }

  reflect() {
    for (const reflection of this.reflections) reflection();
    for (const button of document.querySelectorAll('#views button')) {
      button.setAttribute('aria-checked', button.dataset.view === this.app.style.view);
    }
    document.getElementById('cameras').value = this.app.current;
  }

  setView(view) {
    this.app.style.view = view;
    this.app.picture.touch(false);
    this.reflect();
  }

  toggleOverlay(name) {
    const { overlay, stream } = this.app;
    overlay[name] = !overlay[name];
    if (overlay.showsPoints && !overlay.points) stream.send({ type: 'points' });
    overlay.draw();
    this.reflect();
  }

  toggleMenu() {
    const isClosed = document.body.classList.toggle('closed');
    document.getElementById('menu').setAttribute('aria-expanded', !isClosed);
  }

  help() {
    document.getElementById('key-list').replaceChildren(...Panel.keyTexts.flatMap(([keys, text]) => {
      const [term, description] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = keys;
      description.textContent = text;
      return [term, description];
    }));
    document.getElementById('help').showModal();
  }

  toast(text) {
    const toast = document.getElementById('toast');
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, 2500);
  }

  // The camera as a list of one, which `splat render --path` takes.
  cameraText() {
    const { width, height } = this.app.picture.size();
    return JSON.stringify([this.app.camera.entry(width, height, 'camera')], null, 2);
  }

  async copyCamera() {
    const area = document.getElementById('camera-text');
    area.hidden = false;
    area.value = this.cameraText();
    area.select();
    try {
      // Only pages of this machine may use the clipboard directly.
      if (navigator.clipboard) await navigator.clipboard.writeText(area.value);
      else document.execCommand('copy');
      this.toast('Camera copied');
    } catch { this.toast('The camera is selected; copy it with Ctrl+C'); }
  }

  screenshot() {
    const size = this.app.picture.size();
    const width = Number(document.getElementById('shot-width').value) || size.width;
    const height = Number(document.getElementById('shot-height').value) || size.height;
    if (width < 1 || height < 1 || width * height > this.app.largestSavedArea) {
      return this.toast(`At most ${this.app.largestSavedArea / 1e6} million pixels can be saved`);
    }
    const serial = ++this.app.picture.serial;
    const camera = this.app.camera.entry(Math.round(width), Math.round(height));
    this.app.stream.send({ type: 'screenshot', serial, camera, style: this.app.style });
    this.toast('Drawing the screenshot …');
  }

  takeScreenshot(header, bytes) {
    this.app.stream.confirm(header);
    this.download(new Blob([bytes], { type: 'image/png' }), 'splat.png');
    this.toast(`Saved ${header.width} × ${header.height}`);
  }

  download(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  addKey() { this.path.add(this.app.camera); this.reflectKeys(); }
  removeKey() { this.path.removeLast(); this.reflectKeys(); }

  reflectKeys() {
    const count = this.path.keys.length;
    document.getElementById('key-count').textContent = `${count} key frame${count === 1 ? '' : 's'}`;
    document.getElementById('key-remove').disabled = count === 0;
    for (const id of ['key-play', 'key-save']) document.getElementById(id).disabled = count < 2;
  }

  get secondsEach() { return clamp(Number(document.getElementById('key-seconds').value) || 2, 0.1, 60); }
  get rate() { return clamp(Number(document.getElementById('key-rate').value) || 30, 1, 120); }

  playPath() {
    if (this.path.keys.length < 2) return;
    this.app.compare.end();
    const run = this.run = Symbol('run');
    this.path.play(this.secondsEach, camera => {
      this.app.camera = this.app.picture.camera = camera;
      this.app.picture.touch();
    }, () => this.run === run);
  }

  savePath() {
    if (this.path.keys.length < 2) return;
    const { width, height } = this.app.picture.size();
    const entries = this.path.entries(width, height, this.secondsEach, this.rate);
    this.download(new Blob([JSON.stringify(entries)], { type: 'application/json' }), 'path.json');
    this.toast(`Saved ${entries.length} frames for splat render --path`);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const control = event.target.closest?.('input, textarea, select, button, dialog');
    // What a control does itself with a key goes before.
    if (control?.matches('[type=number], textarea:not([readonly]), select, dialog')) return;
    if (control && /^(Enter|Space|Arrow.*|Home|End|Page.*)$/.test(event.code)) return;
    const action = Panel.actions[(event.shiftKey ? 'Shift+' : '') + event.code] ?? Panel.actions[event.key];
    if (action) {
      if (!event.repeat) action(this);
      return event.preventDefault();
    }
    if (this.app.gestures.hold(event)) {
      this.run = null;
      event.preventDefault();
    }
  }
}
Panel.actions = {
  KeyM: panel => panel.toggleMenu(),
  '?': panel => panel.help(),
  KeyR: panel => panel.app.home(),
  BracketLeft: panel => panel.app.step(-1),
  BracketRight: panel => panel.app.step(1),
  '[': panel => panel.app.step(-1),
  ']': panel => panel.app.step(1),
  KeyL: panel => { panel.app.camera.level(panel.app.up); panel.app.moved(); },
  KeyT: panel => panel.app.compare.toggle(),
  KeyO: panel => panel.toggleOverlay('showsCameras'),
  KeyI: panel => panel.toggleOverlay('showsPoints'),
  KeyX: panel => panel.screenshot(),
  KeyJ: panel => panel.copyCamera(),
  KeyK: panel => panel.addKey(),
  'Shift+KeyK': panel => panel.removeKey(),
  KeyP: panel => panel.playPath(),
  'Shift+KeyP': panel => panel.savePath(),
  Space: panel => panel.app.training.togglePause(),
  ...Object.fromEntries(['color', 'depth', 'alpha', 'count', 'ellipsoids'].map(
    (view, index) => [`Digit${index + 1}`, panel => panel.setView(view)])),
};
Panel.keyTexts = [
  ['drag, arrows', 'turn around the model'], ['right or Shift drag', 'pan'],
  ['wheel, middle drag, + −', 'nearer and farther'], ['Alt drag, F H G V', 'look around'],
  ['W A S D Q E', 'fly; with Shift faster'], ['Z C', 'roll'], ['L', 'level'], ['R', 'first camera'],
  ['[ ]', 'camera before and after'], ['1 2 3 4 5', 'colour, depth, alpha, count, ellipsoids'],
  ['O I', 'cameras and points over the picture'], ['T', 'photo beside render'], ['X', 'screenshot'],
  ['J', 'copy the camera as JSON'], ['K, Shift K', 'add a key frame, remove the last'],
  ['P, Shift P', 'play the path, save it'], ['Space', 'pause the training, or go on'],
  ['M', 'panel'], ['Tab', 'all other controls'], ['one finger', 'turn'], ['two fingers', 'pan, zoom and roll'],
];

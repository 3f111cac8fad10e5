// The controls of the panel and the keys.
class Panel {
  // The milliseconds for which a message is shown.
  static toastTime = 2500;
  // The milliseconds after which the data of a download may be freed.
  static downloadTime = 10000;
  // The ranges of the inputs of the path and of the near plane, as in the page.
  static secondsRange = [0.1, 60];
  static rateRange = [1, 120];
  static nearRange = [1e-6, 1e6];

  constructor(app) {
    this.app = app;
    this.path = new KeyPath();
    const on = (id, action) => { document.getElementById(id).onclick = action; };
    on('menu', () => this.toggleMenu());
    on('home', () => app.home());
    on('previous', () => app.step(-1));
    on('next', () => app.step(1));
    on('level', () => { app.camera.level(app.up); app.moved(); });
    on('compare', () => app.comparison.toggle());
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
    this.bindControls();
    this.reflectKeys();
    addEventListener('keydown', event => this.key(event));
    if (matchMedia('(max-width: 640px)').matches) this.toggleMenu();
  }

  // Binds each control to the value that it shows and changes.
  bindControls() {
    // A slider, with its value as a text beside it.
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

    // A checkbox.
    const check = (id, show, change) => {
      const input = document.getElementById(id);
      input.onchange = () => { change(input.checked); app.picture.invalidate(false); };
      return () => { input.checked = show(); };
    };

    // The colour of the background.
    const { style } = app;
    const hex = () => '#' + style.background.map(
      value => Math.round(value * 255).toString(16).padStart(2, '0')).join('');
    const background = document.getElementById('background');
    background.oninput = () => {
      style.background = [1, 3, 5].map(
        start => parseInt(background.value.slice(start, start + 2), 16) / 255);
      app.moved();
    };

    // What shows the values of all controls.
    this.reflections = [
      () => { background.value = hex(); },
      range('fov',
        () => app.camera.fieldOfView, value => { app.camera.fieldOfView = value; },
        () => `${app.camera.fieldOfView.toFixed(0)}°`),
      range('sh-degree',
        () => Math.min(style.shDegree, 3), value => { style.shDegree = value; },
        () => `${Math.min(style.shDegree, 3)}`),
      range('splat-scale',
        () => Math.log2(style.splatScale), value => { style.splatScale = 2 ** value; },
        () => style.splatScale.toFixed(2)),
      range('opacity',
        () => style.minimumOpacity, value => { style.minimumOpacity = value; },
        () => style.minimumOpacity.toFixed(2)),
      range('near',
        () => Number(style.near.toPrecision(6)),
        value => { if (clamp(value, ...Panel.nearRange) === value) style.near = value; },
        () => ''),
      check('antialias', () => style.antialias, value => { style.antialias = value; }),
      check('show-cameras',
        () => app.overlay.showsCameras, () => this.toggleOverlay('showsCameras')),
      check('show-points',
        () => app.overlay.showsPoints, () => this.toggleOverlay('showsPoints')),
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
    this.app.picture.invalidate(false);
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
    const element = (name, text) => Object.assign(
      document.createElement(name), { textContent: text });
    document.getElementById('key-list').replaceChildren(...Panel.keyTexts.flatMap(
      ([keys, text]) => [element('dt', keys), element('dd', text)]));
    document.getElementById('help').showModal();
  }

  toast(text) {
    const toast = document.getElementById('toast');
    toast.textContent = text;
    toast.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => { toast.hidden = true; }, Panel.toastTime);
  }

  // The camera as a list of one, as `splat render --path` reads it.
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
      // Browsers give only pages of the same machine access to the clipboard.
      if (navigator.clipboard) await navigator.clipboard.writeText(area.value);
      else document.execCommand('copy');
      this.toast('Copied the camera');
    } catch { this.toast('Press Ctrl+C to copy the selected text'); }
  }

  screenshot() {
    const size = this.app.picture.size();
    const width = Number(document.getElementById('shot-width').value) || size.width;
    const height = Number(document.getElementById('shot-height').value) || size.height;
    if (width < 1 || height < 1 || width * height > this.app.largestSavedArea) {
      const millions = this.app.largestSavedArea / 1e6;
      return this.toast(`A screenshot has at most ${millions} million pixels`);
    }
    const serial = ++this.app.picture.serial;
    const camera = this.app.camera.entry(Math.round(width), Math.round(height));
    this.app.stream.send({ type: 'screenshot', serial, camera, style: this.app.style });
    this.toast('Drawing the screenshot …');
  }

  receiveScreenshot(header, bytes) {
    this.app.stream.confirm(header);
    this.download(new Blob([bytes], { type: 'image/png' }), 'splat.png');
    this.toast(`Saved ${header.width} × ${header.height}`);
  }

  download(blob, name) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), Panel.downloadTime);
  }

  addKey() { this.path.add(this.app.camera); this.reflectKeys(); }
  removeKey() { this.path.removeLast(); this.reflectKeys(); }

  reflectKeys() {
    const count = this.path.keys.length;
    document.getElementById('key-count').textContent =
      `${count} key frame${count === 1 ? '' : 's'}`;
    document.getElementById('key-remove').disabled = count === 0;
    for (const id of ['key-play', 'key-save']) {
      document.getElementById(id).disabled = count < 2;
    }
  }

  get secondsPerKey() {
    const seconds = Number(document.getElementById('key-seconds').value) || 2;
    return clamp(seconds, ...Panel.secondsRange);
  }

  get rate() {
    return clamp(Number(document.getElementById('key-rate').value) || 30, ...Panel.rateRange);
  }

  playPath() {
    if (this.path.keys.length < 2) return;
    this.app.comparison.end();
    const playback = this.playback = Symbol('playback');
    this.path.play(this.secondsPerKey, camera => {
      this.app.camera = this.app.picture.camera = camera;
      this.app.picture.invalidate();
    }, () => this.playback === playback);
  }

  savePath() {
    if (this.path.keys.length < 2) return;
    const { width, height } = this.app.picture.size();
    const entries = this.path.entries(width, height, this.secondsPerKey, this.rate);
    this.download(new Blob([JSON.stringify(entries)], { type: 'application/json' }), 'path.json');
    this.toast(`Saved ${entries.length} frames for splat render --path`);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const control = event.target.closest?.('input, textarea, select, button, dialog');
    // A focused control uses some keys itself.
    if (control?.matches('[type=number], textarea:not([readonly]), select, dialog')) return;
    if (control && /^(Enter|Space|Arrow.*|Home|End|Page.*)$/.test(event.code)) return;
    const code = (event.shiftKey ? 'Shift+' : '') + event.code;
    const action = Panel.actions[code] ?? Panel.actions[event.key];
    if (action) {
      if (!event.repeat) action(this);
      return event.preventDefault();
    }
    if (this.app.gestures.hold(event)) {
      this.playback = null;
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
  KeyT: panel => panel.app.comparison.toggle(),
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
  ['wheel, middle drag, + −', 'move closer or away'], ['Alt drag, F H G V', 'look around'],
  ['W A S D Q E', 'fly; faster with Shift'], ['Z C', 'roll'], ['L', 'level'],
  ['R', 'back to the first camera'], ['[ ]', 'previous and next camera'],
  ['1 2 3 4 5', 'colour, depth, alpha, count, ellipsoids'],
  ['O I', 'cameras and points over the picture'], ['T', 'photo beside render'], ['X', 'screenshot'],
  ['J', 'copy the camera as JSON'], ['K, Shift K', 'add a key frame, remove the last'],
  ['P, Shift P', 'play the path, save it'], ['Space', 'pause or resume the training'],
  ['M', 'show or hide the panel'], ['Tab', 'go to the other controls'], ['one finger', 'turn'],
  ['two fingers', 'pan, zoom and roll'],
];

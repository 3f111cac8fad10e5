// The course of a training: charts and orders.
class TrainingPanel {
  constructor(stream) {
    this.stream = stream;
    this.samples = [];
    this.isPaused = false;
    this.element = document.getElementById('training');
    const order = action => this.stream.send({ type: 'control', action });
    document.getElementById('pause').onclick = () => this.togglePause();
    document.getElementById('save').onclick = () => order('save');
    document.getElementById('stop').onclick = () => {
      if (confirm('Save, and end the training?')) order('stop');
    };
    this.order = order;
  }

  togglePause() {
    if (this.element.hidden) return;
    this.order(this.isPaused ? 'resume' : 'pause');
  }

  begin(samples) {
    this.samples = samples;
    this.element.hidden = false;
    this.draw();
  }

  progress(message) {
    this.samples.push(...message.samples);
    // A long training is drawn from every other sample.
    if (this.samples.length > 2000) this.samples = this.samples.filter((_, index) => index % 2 === 0);
    this.isPaused = message.isPaused;
    document.getElementById('pause').textContent = this.isPaused ? 'Go on' : 'Pause';
    document.getElementById('training-share').value = message.fraction;
    document.getElementById('training-state').textContent =
      `${message.isPaused ? 'Paused at' : 'At'} iteration ${message.iteration.toLocaleString('en')} ` +
      `of ${message.iterations.toLocaleString('en')}, ${message.seconds.toFixed(0)} s` +
      (message.note ? `; ${message.note}` : '');
    this.draw();
  }

  draw() {
    const last = this.samples.at(-1);
    if (!last) return;
    const charts = [
      ['loss', s => s.loss, v => v.toFixed(4)], ['psnr', s => s.psnr, v => `${v.toFixed(2)} dB`],
      ['splats', s => s.splats, v => Math.round(v).toLocaleString('en')],
      ['time', s => s.milliseconds, v => `${v.toFixed(1)} ms`]];
    for (const [name, value, text] of charts) {
      document.getElementById(`${name}-value`).textContent = text(value(last));
      this.chart(document.getElementById(name), this.samples.map(s => [s.iteration, value(s)]));
    }
  }

  chart(canvas, points) {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    const ys = points.map(point => point[1]).filter(Number.isFinite);
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const lastX = points.at(-1)[0] || 1;
    context.strokeStyle = '#6cb2ff';
    context.lineWidth = 1.4;
    context.beginPath();
    for (const [x, y] of points) {
      context.lineTo(2 + x / lastX * (width - 4), height - 4 - (y - low) / (high - low || 1) * (height - 8));
    }
    context.stroke();
  }
}

// A photo beside the render of its camera, with a line between them that can be moved.
class Comparison {
  constructor(app) {
    this.app = app;
    this.isOn = false;
    this.share = 0.5;
    this.photo = null;
    this.index = -1;
    this.canvas = document.createElement('canvas');
    this.canvas.id = 'photo';
    this.canvas.style.position = 'absolute';
    this.canvas.hidden = true;
    this.divider = document.getElementById('divider');
    this.divider.before(this.canvas);
  }

  toggle() {
    if (this.isOn) return this.end();
    if (!this.app.hasPhotos || !this.app.cameras.length) return;
    this.isOn = true;
    this.app.jump(Math.max(0, this.app.current));
    this.reflect();
  }

  // Shows the photo of the view at `index`.
  show(index) {
    this.index = index;
    this.photo?.close();
    this.photo = null;
    const entry = this.app.cameras[index];
    this.app.picture.aspect = entry.width / entry.height;
    this.app.stream.send({ type: 'photo', view: index });
    this.draw();
  }

  async take(header, bytes) {
    const image = await bitmap(header, bytes);
    this.app.stream.confirm(header);
    if (!this.isOn || header.serial !== this.index) return image.close();
    this.photo = image;
    this.draw();
  }

  end() {
    if (!this.isOn) return;
    this.isOn = false;
    this.app.picture.aspect = null;
    this.app.picture.touch(false);
    this.reflect();
  }

  reflect() {
    document.getElementById('compare').setAttribute('aria-pressed', this.isOn);
    this.draw();
  }

  moveTo(x) {
    const region = this.app.picture.region();
    this.share = clamp((x - this.app.picture.stage.getBoundingClientRect().left - region.x) / region.width, 0, 1);
    this.draw();
  }

  draw() {
    const region = this.app.picture.region();
    this.divider.hidden = !this.isOn;
    this.canvas.hidden = !this.isOn || !this.photo;
    if (!this.isOn) return;
    this.divider.style.left = `${region.x + region.width * this.share}px`;
    if (!this.photo) return;
    if (this.canvas.width !== this.photo.width || this.canvas.height !== this.photo.height
      || this.drawn !== this.photo) {
      this.canvas.width = this.photo.width;
      this.canvas.height = this.photo.height;
      this.canvas.getContext('2d').drawImage(this.photo, 0, 0);
      this.drawn = this.photo;
    }
    Object.assign(this.canvas.style, {
      left: `${region.x}px`, top: `${region.y}px`, width: `${region.width}px`, height: `${region.height}px`,
      clipPath: `inset(0 ${(1 - this.share) * 100}% 0 0)` });
  }
}

// The progress of a training: its charts and its buttons.
class TrainingPanel {
  // Beyond this number every other sample is dropped.
  static maximumSamples = 2000;
  // The charts: the element, the value of a sample, its text.
  static charts = [
    ['loss', sample => sample.loss, value => value.toFixed(4)],
    ['psnr', sample => sample.psnr, value => `${value.toFixed(2)} dB`],
    ['splats', sample => sample.splats, value => Math.round(value).toLocaleString('en')],
    ['time', sample => sample.milliseconds, value => `${value.toFixed(1)} ms`],
  ];

  constructor(stream) {
    this.stream = stream;
    this.samples = [];
    this.heldOut = [];
    this.isPaused = false;
    this.isFinished = false;
    this.element = document.getElementById('training');
    document.getElementById('pause').onclick = () => this.togglePause();
    document.getElementById('save').onclick = () => this.control('save');
    document.getElementById('stop').onclick = () => {
      if (confirm('Save and stop the training?')) this.control('stop');
    };
  }

  control(action) { this.stream.send({ type: 'control', action }); }

  togglePause() {
    if (this.element.hidden || this.isFinished) return;
    this.control(this.isPaused ? 'resume' : 'pause');
  }

  // Takes the samples from before the page connected.
  begin(samples) {
    this.samples = samples;
    this.element.hidden = false;
    this.draw();
  }

  update(message) {
    this.samples.push(...message.samples);
    if (this.samples.length > TrainingPanel.maximumSamples) {
      this.samples = this.samples.filter((_, index) => index % 2 === 0);
    }
    this.heldOut = message.heldOut;
    this.isPaused = message.isPaused;
    this.isFinished = message.isFinished;
    document.getElementById('pause').textContent = this.isPaused ? 'Resume' : 'Pause';
    document.getElementById('training-buttons').hidden = this.isFinished;
    document.getElementById('training-progress').value = message.fraction;
    document.getElementById('training-state').textContent = TrainingPanel.state(message);
    this.draw();
  }

  // How far the training is: in iterations or, where the time is limited, in time.
  static state({ iteration, iterations, fraction, seconds, secondsLeft, timeLimit, isPaused,
    isFinished, note }) {
    const count = iteration.toLocaleString('en');
    const parts = [];
    if (isFinished) {
      parts.push(`Finished after ${count} iterations in ${duration(seconds)}`);
    } else {
      const verb = isPaused ? 'Paused at iteration' : 'Iteration';
      parts.push(timeLimit === undefined
        ? `${verb} ${count} of ${iterations.toLocaleString('en')}, ${duration(seconds)}`
        : `${verb} ${count}, ${Math.floor(fraction * 100)} % of ${duration(timeLimit)}`);
      if (secondsLeft !== undefined) parts.push(`about ${duration(secondsLeft)} left`);
    }
    if (note) parts.push(note);
    return parts.join('; ');
  }

  draw() {
    const last = this.samples.at(-1);
    const lastIteration = Math.max(last?.iteration ?? 0, this.heldOut.at(-1)?.iteration ?? 0);
    const draw = (name, points, text) => {
      document.getElementById(`${name}-value`).textContent = text(points.at(-1)[1]);
      this.drawChart(document.getElementById(name), points, lastIteration);
    };
    if (last) {
      for (const [name, value, text] of TrainingPanel.charts) {
        draw(name, this.samples.map(sample => [sample.iteration, value(sample)]), text);
      }
    }
    // Measured only now and then: each value gets a dot.
    document.getElementById('held-out-figure').hidden = !this.heldOut.length;
    if (this.heldOut.length) {
      const points = this.heldOut.map(({ iteration, psnr }) => [iteration, psnr]);
      draw('held-out', points, value => `${value.toFixed(2)} dB`);
      this.drawDots(document.getElementById('held-out'), points, lastIteration);
    }
  }

  // The position of a point in a chart, in CSS pixels, with a margin for the width of lines.
  static scale(canvas, points, lastIteration) {
    const margin = 4;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const values = points.map(point => point[1]).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return ([x, y]) => [
      margin + x / (lastIteration || 1) * (width - 2 * margin),
      height - margin - (y - low) / (high - low || 1) * (height - 2 * margin)];
  }

  drawChart(canvas, points, lastIteration) {
    const ratio = Picture.pixelRatio;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    context.strokeStyle = '#6cb2ff';
    context.lineWidth = 1.4;
    context.beginPath();
    const position = TrainingPanel.scale(canvas, points, lastIteration);
    for (const point of points) context.lineTo(...position(point));
    context.stroke();
  }

  drawDots(canvas, points, lastIteration) {
    const context = canvas.getContext('2d');
    const position = TrainingPanel.scale(canvas, points, lastIteration);
    context.fillStyle = '#6cb2ff';
    for (const point of points) {
      context.beginPath();
      context.arc(...position(point), 2.2, 0, 2 * Math.PI);
      context.fill();
    }
  }
}

// Seconds as a text, such as "42 s", "3 min 5 s" or "2 h 10 min".
function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
}

// A way of the camera through key frames.
class KeyPath {
  constructor() { this.keys = []; }

  add(camera) { this.keys.push(camera.copy()); }
  removeLast() { this.keys.pop(); }

  // The camera after `t` key frames: positions on a Catmull-Rom curve, directions turned evenly.
  at(t) {
    const last = this.keys.length - 1;
    const first = clamp(Math.floor(t), 0, Math.max(0, last - 1));
    const share = clamp(t - first, 0, 1);
    const key = index => this.keys[clamp(index, 0, last)];
    const [a, b, c, d] = [-1, 0, 1, 2].map(step => key(first + step));
    const curve = (p, q, r, s) => q + 0.5 * share * (r - p + share * (
      2 * p - 5 * q + 4 * r - s + share * (3 * (q - r) + s - p)));
    const along = name => [0, 1, 2].map(i => curve(a[name][i], b[name][i], c[name][i], d[name][i]));
    const turnedAxes = columns(slerp(quaternion(b.axes), quaternion(c.axes), share));
    const lens = {
      focal: Math.exp(mix(Math.log(b.lens.focal), Math.log(c.lens.focal), share)),
      ratio: mix(b.lens.ratio, c.lens.ratio, share),
      offset: [0, 1].map(i => mix(b.lens.offset[i], c.lens.offset[i], share)) };
    return new ViewCamera(along('position'), turnedAxes, lens, along('pivot'));
  }

  // Entries of cameras.json for every frame.
  entries(width, height, secondsEach, rate) {
    const steps = Math.max(1, Math.round(secondsEach * rate));
    const count = (this.keys.length - 1) * steps + 1;
    return Array.from({ length: count }, (_, frame) => ({
      id: frame, ...this.at(frame / steps).entry(width, height, String(frame).padStart(5, '0')) }));
  }

  // Shows the way; ends when `isWanted` says so.
  play(secondsEach, onCamera, isWanted) {
    const begin = performance.now();
    const step = () => {
      const t = (performance.now() - begin) / 1000 / secondsEach;
      if (!isWanted()) return;
      onCamera(this.at(t), t >= this.keys.length - 1);
      if (t < this.keys.length - 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

// A path of the camera through key frames.
class KeyPath {
  constructor() { this.keys = []; }

  add(camera) { this.keys.push(camera.copy()); }
  removeLast() { this.keys.pop(); }

  // The camera after `t` key frames: positions on a Catmull-Rom spline, rotations by slerp.
  at(t) {
    const last = this.keys.length - 1;
    const first = clamp(Math.floor(t), 0, Math.max(0, last - 1));
    const u = clamp(t - first, 0, 1);
    const key = index => this.keys[clamp(index, 0, last)];
    const [a, b, c, d] = [-1, 0, 1, 2].map(step => key(first + step));
    const curve = (p, q, r, s) => q + 0.5 * u * (r - p + u * (
      2 * p - 5 * q + 4 * r - s + u * (3 * (q - r) + s - p)));
    const point = name =>
      [0, 1, 2].map(i => curve(a[name][i], b[name][i], c[name][i], d[name][i]));
    const axes = columns(slerp(quaternion(b.axes), quaternion(c.axes), u));
    const lens = {
      focal: Math.exp(mix(Math.log(b.lens.focal), Math.log(c.lens.focal), u)),
      ratio: mix(b.lens.ratio, c.lens.ratio, u),
      offset: [0, 1].map(i => mix(b.lens.offset[i], c.lens.offset[i], u)) };
    return new ViewCamera(point('position'), axes, lens, point('pivot'));
  }

  // The entries of cameras.json for all frames.
  entries(width, height, secondsPerKey, rate) {
    const steps = Math.max(1, Math.round(secondsPerKey * rate));
    const count = (this.keys.length - 1) * steps + 1;
    return Array.from({ length: count }, (_, frame) => ({
      id: frame,
      ...this.at(frame / steps).entry(width, height, String(frame).padStart(5, '0')),
    }));
  }

  // Calls `onCamera` with the camera of each frame, until the end or until `isWanted` is false.
  play(secondsPerKey, onCamera, isWanted) {
    const begin = performance.now();
    const step = () => {
      const t = (performance.now() - begin) / 1000 / secondsPerKey;
      if (!isWanted()) return;
      onCamera(this.at(t));
      if (t < this.keys.length - 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }
}

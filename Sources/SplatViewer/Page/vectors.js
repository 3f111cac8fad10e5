// Vectors are arrays of three numbers, rotations arrays of three such columns.
const add = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
const subtract = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const times = (a, s) => [a[0] * s, a[1] * s, a[2] * s];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const norm = a => Math.hypot(a[0], a[1], a[2]);
const unit = a => times(a, 1 / (norm(a) || 1));
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
const mix = (a, b, t) => a + (b - a) * t;

// `v` rotated by `angle` around the unit vector `axis` (Rodrigues' formula).
function rotated(v, axis, angle) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return add(add(times(v, c), times(cross(axis, v), s)), times(axis, dot(axis, v) * (1 - c)));
}

// The columns of a rotation, orthogonal and of length 1 again after many small rotations.
function orthonormal([right, , forward]) {
  const z = unit(forward);
  const x = unit(subtract(right, times(z, dot(right, z))));
  return [x, cross(z, x), z];
}

// The unit quaternion [w, x, y, z] of a rotation, computed from its largest component.
function quaternion([a, b, c]) {
  const trace = a[0] + b[1] + c[2];
  let q;
  if (trace >= Math.max(a[0], b[1], c[2])) {
    q = [1 + trace, b[2] - c[1], c[0] - a[2], a[1] - b[0]];
  } else if (a[0] >= b[1] && a[0] >= c[2]) {
    q = [b[2] - c[1], 1 + a[0] - b[1] - c[2], a[1] + b[0], c[0] + a[2]];
  } else if (b[1] >= c[2]) {
    q = [c[0] - a[2], a[1] + b[0], 1 - a[0] + b[1] - c[2], c[1] + b[2]];
  } else {
    q = [a[1] - b[0], c[0] + a[2], c[1] + b[2], 1 - a[0] - b[1] + c[2]];
  }
  const length = Math.hypot(...q);
  return q.map(x => x / length);
}

// The rotation of a unit quaternion.
function columns([w, x, y, z]) {
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)],
    [2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)],
    [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)]];
}

// The spherical interpolation of two unit quaternions along the shorter arc.
function slerp(a, b, t) {
  let cosine = a.reduce((sum, x, i) => sum + x * b[i], 0);
  const sign = cosine < 0 ? -1 : 1;
  cosine = Math.min(1, cosine * sign);
  const angle = Math.acos(cosine);
  // For small angles the sines are as good as their arguments.
  const weight = u => angle < 1e-6 ? u : Math.sin(u * angle) / Math.sin(angle);
  const [p, q] = [weight(1 - t), weight(t)];
  const sum = a.map((x, i) => x * p + b[i] * q * sign);
  const length = Math.hypot(...sum);
  return sum.map(x => x / length);
}

// A camera that a person moves: a place, the axes right, down and forward in the world, and a lens.
// The lens is relative to the picture's height, so that it fits pictures of any size.
class ViewCamera {
  constructor(position, axes, lens, pivot) {
    Object.assign(this, { position, axes, lens, pivot });
  }

  // From an entry of cameras.json.
  static from(entry, center) {
    const r = entry.rotation;
    const axes = [0, 1, 2].map(column => [r[0][column], r[1][column], r[2][column]]);
    const { width, height } = entry;
    const lens = {
      focal: entry.fy / height, ratio: entry.fx / entry.fy,
      offset: [(entry.cx ?? width / 2) / height - width / height / 2,
        (entry.cy ?? height / 2) / height - 0.5],
    };
    const reach = Math.max(
      dot(subtract(center, entry.position), axes[2]), 0.1 * norm(subtract(center, entry.position)), 1e-3);
    return new ViewCamera(entry.position, axes, lens, add(entry.position, times(axes[2], reach)));
  }

  copy() {
    return new ViewCamera([...this.position], this.axes.map(axis => [...axis]),
      { ...this.lens, offset: [...this.lens.offset] }, [...this.pivot]);
  }

  // As an entry of cameras.json for a picture of this size.
  entry(width, height, name) {
    const { focal, ratio, offset } = this.lens;
    return {
      ...(name === undefined ? {} : { img_name: name }), width, height, position: this.position,
      rotation: [0, 1, 2].map(row => this.axes.map(axis => axis[row])),
      fx: focal * ratio * height, fy: focal * height,
      cx: width / 2 + offset[0] * height, cy: height / 2 + offset[1] * height,
    };
  }

  get distance() { return norm(subtract(this.pivot, this.position)); }
  get fieldOfView() { return 2 * Math.atan(0.5 / this.lens.focal) * 180 / Math.PI; }
  set fieldOfView(degrees) { this.lens.focal = 0.5 / Math.tan(degrees * Math.PI / 360); }

  turn(axis, angle) { this.axes = orthonormal(this.axes.map(column => turned(column, axis, angle))); }

  // Around the pivot: to the side around `up`, and up or down but never over the top.
  orbit(yaw, pitch, up) {
    const turnBoth = (axis, angle) => {
      this.position = add(this.pivot, turned(subtract(this.position, this.pivot), axis, angle));
      this.turn(axis, angle);
    };
    turnBoth(up, yaw);
    turnBoth(this.axes[0], this.heldPitch(pitch, up));
  }

  // On the spot.
  look(yaw, pitch, up) {
    const reach = this.distance;
    this.turn(up, yaw);
    this.turn(this.axes[0], this.heldPitch(pitch, up));
    this.pivot = add(this.position, times(this.axes[2], reach));
  }

  heldPitch(pitch, up) {
    const height = Math.asin(clamp(dot(this.axes[2], up), -1, 1));
    const limit = 89 * Math.PI / 180;
    // Turning around the right axis by a positive angle looks up only while the picture is upright.
    const sign = dot(this.axes[1], up) <= 0 ? 1 : -1;
    return sign * (clamp(height + sign * pitch, Math.min(-limit, height), Math.max(limit, height)) - height);
  }

  // By shares of the picture's height, so that what is at the pivot follows the pointer.
  pan(x, y) {
    const scale = this.distance / this.lens.focal;
    this.move(add(times(this.axes[0], -x * scale), times(this.axes[1], -y * scale)));
  }

  move(step) {
    this.position = add(this.position, step);
    this.pivot = add(this.pivot, step);
  }

  dolly(factor) {
    const reach = clamp(this.distance * factor, 1e-6, 1e8);
    this.position = subtract(this.pivot, times(unit(subtract(this.pivot, this.position)), reach));
  }

  roll(angle) { this.turn(this.axes[2], angle); }

  level(up) {
    const forward = this.axes[2];
    const right = cross(forward, up);
    if (norm(right) > 1e-6) this.axes = orthonormal([right, null, forward]);
  }

  // Where a point of the world is in a picture of this size, with its depth; null behind the camera.
  project(point, width, height) {
    const d = subtract(point, this.position);
    const z = dot(d, this.axes[2]);
    if (z < 1e-4) return null;
    const { focal, ratio, offset } = this.lens;
    return [
      focal * ratio * height * dot(d, this.axes[0]) / z + width / 2 + offset[0] * height,
      focal * height * dot(d, this.axes[1]) / z + height / 2 + offset[1] * height, z];
  }
}

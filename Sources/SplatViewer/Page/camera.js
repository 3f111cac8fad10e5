// A camera that the user moves: its position, its axes right, down and forward in the world, and a
// lens in units of the picture's height, so that it fits pictures of any size.
class ViewCamera {
  // The smallest depth at which a point is projected, in world units.
  static nearPlane = 1e-4;
  // The range of the distance to the pivot, in world units.
  static distances = [1e-6, 1e8];
  // How steeply the camera may look up or down, in radians: not straight, where it would flip.
  static steepest = 89 * Math.PI / 180;

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
    // The pivot lies on the optical axis at the depth of the centre, but never too near.
    const toCenter = subtract(center, entry.position);
    const depth = Math.max(dot(toCenter, axes[2]), 0.1 * norm(toCenter), 1e-3);
    return new ViewCamera(entry.position, axes, lens, add(entry.position, times(axes[2], depth)));
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

  turn(axis, angle) {
    this.axes = orthonormal(this.axes.map(column => rotated(column, axis, angle)));
  }

  // Turns around the pivot: sideways around `up`, and up or down but never over the top.
  orbit(yaw, pitch, up) {
    const turnBoth = (axis, angle) => {
      this.position = add(this.pivot, rotated(subtract(this.position, this.pivot), axis, angle));
      this.turn(axis, angle);
    };
    turnBoth(up, yaw);
    turnBoth(this.axes[0], this.limitedPitch(pitch, up));
  }

  // Turns in place.
  lookAround(yaw, pitch, up) {
    const distance = this.distance;
    this.turn(up, yaw);
    this.turn(this.axes[0], this.limitedPitch(pitch, up));
    this.pivot = add(this.position, times(this.axes[2], distance));
  }

  // `pitch`, limited so that the camera does not look steeper than allowed.
  limitedPitch(pitch, up) {
    const height = Math.asin(clamp(dot(this.axes[2], up), -1, 1));
    const low = Math.min(-ViewCamera.steepest, height);
    const high = Math.max(ViewCamera.steepest, height);
    // A positive angle around the right axis looks up only while the picture is upright.
    const sign = dot(this.axes[1], up) <= 0 ? 1 : -1;
    return sign * (clamp(height + sign * pitch, low, high) - height);
  }

  // Moves by fractions of the picture's height, so that what is at the pivot follows the pointer.
  pan(x, y) {
    const scale = this.distance / this.lens.focal;
    this.move(add(times(this.axes[0], -x * scale), times(this.axes[1], -y * scale)));
  }

  move(step) {
    this.position = add(this.position, step);
    this.pivot = add(this.pivot, step);
  }

  dolly(factor) {
    const distance = clamp(this.distance * factor, ...ViewCamera.distances);
    const direction = unit(subtract(this.pivot, this.position));
    this.position = subtract(this.pivot, times(direction, distance));
  }

  roll(angle) { this.turn(this.axes[2], angle); }

  level(up) {
    const forward = this.axes[2];
    const right = cross(forward, up);
    if (norm(right) > 1e-6) this.axes = orthonormal([right, null, forward]);
  }

  // The pixel of a point in a picture of this size, and its depth; null behind the camera.
  project(point, width, height) {
    const d = subtract(point, this.position);
    const z = dot(d, this.axes[2]);
    if (z < ViewCamera.nearPlane) return null;
    const { focal, ratio, offset } = this.lens;
    return [
      focal * ratio * height * dot(d, this.axes[0]) / z + width / 2 + offset[0] * height,
      focal * height * dot(d, this.axes[1]) / z + height / 2 + offset[1] * height, z];
  }
}

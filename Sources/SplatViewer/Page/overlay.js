// Draws cameras and points over the picture, seen from the camera of the picture that is shown.
class Overlay {
  // The length of a camera's frustum, relative to the median distance of the cameras.
  static frustumLength = 0.05;
  // The side of a point, in CSS pixels.
  static pointSize = 1.5;
  static colors = {
    current: '#6cb2ff', test: '#ff8a80', train: '#67d391', point: 'rgba(255, 214, 102, 0.8)' };

  constructor(picture) {
    this.picture = picture;
    this.canvas = document.getElementById('overlay');
    this.cameras = [];
    this.points = null;
    this.showsCameras = false;
    this.showsPoints = false;
    this.current = -1;
    this.medianDistance = 1;
  }

  setPoints(bytes) { this.points = new Float32Array(bytes); this.draw(); }

  draw() {
    const { clientWidth, clientHeight } = this.picture.stage;
    const ratio = Picture.pixelRatio;
    const isEmpty = !this.picture.shown || !(this.showsCameras || this.showsPoints);
    this.canvas.hidden = isEmpty;
    if (isEmpty) return;
    this.canvas.width = clientWidth * ratio;
    this.canvas.height = clientHeight * ratio;
    const context = this.canvas.getContext('2d');
    context.scale(ratio, ratio);
    const region = this.picture.region();
    context.translate(region.x, region.y);
    context.beginPath();
    context.rect(0, 0, region.width, region.height);
    context.clip();
    const camera = this.picture.shown.camera;
    const project = point => camera.project(point, region.width, region.height);
    if (this.showsPoints && this.points) this.drawPoints(context, project);
    if (this.showsCameras) this.drawCameras(context, project, camera);
  }

  drawPoints(context, project) {
    const size = Overlay.pointSize;
    context.fillStyle = Overlay.colors.point;
    for (let i = 0; i + 2 < this.points.length; i += 3) {
      const pixel = project(this.points.subarray(i, i + 3));
      if (pixel) context.fillRect(pixel[0] - size / 2, pixel[1] - size / 2, size, size);
    }
  }

  drawCameras(context, project, from) {
    const size = Overlay.frustumLength * this.medianDistance;
    this.cameras.forEach((camera, index) => {
      // The frustum of the camera that one looks through would fill the picture.
      if (norm(subtract(camera.position, from.position)) < 0.5 * size) return;
      const apex = project(camera.position);
      const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => project(
        [camera.halfWidth * x, camera.halfHeight * y, 1].reduce(
          (sum, step, axis) => add(sum, times(camera.axes[axis], size * step)), camera.position)));
      if (!apex || corners.some(corner => !corner)) return;
      const isCurrent = index === this.current;
      const kind = isCurrent ? 'current' : camera.isTest ? 'test' : 'train';
      context.strokeStyle = Overlay.colors[kind];
      context.lineWidth = isCurrent ? 2.5 : 1.2;
      this.strokeFrustum(context, apex, corners);
    });
  }

  strokeFrustum(context, apex, corners) {
    context.beginPath();
    corners.forEach((corner, i) => {
      const next = corners[(i + 1) % 4];
      context.moveTo(apex[0], apex[1]);
      context.lineTo(corner[0], corner[1]);
      context.lineTo(next[0], next[1]);
    });
    context.stroke();
  }

  setCameras(cameras, testNames, center) {
    this.cameras = cameras.map(entry => {
      const camera = ViewCamera.from(entry, center);
      return {
        position: camera.position, axes: camera.axes, isTest: testNames.has(entry.img_name),
        halfWidth: entry.width / entry.fx / 2, halfHeight: entry.height / entry.fy / 2 };
    });
    const distances = this.cameras.map(camera => norm(subtract(camera.position, center)))
      .sort((a, b) => a - b);
    this.medianDistance = distances[distances.length >> 1] || 1;
  }
}

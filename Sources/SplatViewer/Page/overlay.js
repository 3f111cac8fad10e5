// Draws cameras and points over the picture, with the camera of the picture that is shown.
class Overlay {
  constructor(picture) {
    this.picture = picture;
    this.canvas = document.getElementById('overlay');
    this.cameras = [];
    this.points = null;
    this.showsCameras = false;
    this.showsPoints = false;
    this.current = -1;
    this.reach = 1;
  }

  setPoints(bytes) { this.points = new Float32Array(bytes); this.draw(); }

  draw() {
    const { clientWidth, clientHeight } = this.picture.stage;
    const ratio = Math.min(devicePixelRatio || 1, 2);
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
    const place = point => camera.project(point, region.width, region.height);
    if (this.showsPoints && this.points) this.drawPoints(context, place);
    if (this.showsCameras) this.drawCameras(context, place, camera);
  }

  drawPoints(context, place) {
    context.fillStyle = 'rgba(255, 214, 102, 0.8)';
    for (let i = 0; i + 2 < this.points.length; i += 3) {
      const at = place([this.points[i], this.points[i + 1], this.points[i + 2]]);
      if (at) context.fillRect(at[0] - 0.75, at[1] - 0.75, 1.5, 1.5);
    }
  }

  drawCameras(context, place, from) {
    const size = 0.05 * this.reach;
    this.cameras.forEach((camera, index) => {
      // A frustum around the eye would fill the picture.
      if (norm(subtract(camera.position, from.position)) < 0.5 * size) return;
      const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([x, y]) => place(add(camera.position, add(
        times(camera.axes[2], size), add(
          times(camera.axes[0], x * size * camera.halfWidth), times(camera.axes[1], y * size * camera.halfHeight))))));
      const eye = place(camera.position);
      if (!eye || corners.some(corner => !corner)) return;
      context.strokeStyle = index === this.current ? '#6cb2ff' : camera.isTest ? '#ff8a80' : '#67d391';
      context.lineWidth = index === this.current ? 2.5 : 1.2;
      context.beginPath();
      corners.forEach((corner, i) => {
        context.moveTo(eye[0], eye[1]);
        context.lineTo(corner[0], corner[1]);
        const next = corners[(i + 1) % 4];
        context.lineTo(next[0], next[1]);
      });
      context.stroke();
    });
  }

  setCameras(cameras, testNames, center) {
    this.cameras = cameras.map(entry => {
      const camera = ViewCamera.from(entry, center);
      return {
        position: camera.position, axes: camera.axes, isTest: testNames.has(entry.img_name),
        halfWidth: entry.width / entry.fx / 2, halfHeight: entry.height / entry.fy / 2 };
    });
    const reaches = this.cameras.map(camera => norm(subtract(camera.position, center))).sort((a, b) => a - b);
    this.reach = reaches[reaches.length >> 1] || 1;
  }
}

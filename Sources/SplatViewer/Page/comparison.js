// A photo beside the render of its camera, with a divider that can be moved.
class Comparison {
  constructor(app) {
    this.app = app;
    this.isOn = false;
    this.split = 0.5;
    this.photo = null;
    this.index = -1;
    this.canvas = document.createElement('canvas');
    this.canvas.id = 'photo';
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

  // Shows the photo of the camera at `index`.
  show(index) {
    this.index = index;
    this.photo?.close();
    this.photo = null;
    const entry = this.app.cameras[index];
    this.app.picture.aspect = entry.width / entry.height;
    this.app.stream.send({ type: 'photo', index });
    this.draw();
  }

  async receive(header, bytes) {
    const image = await decodeImage(header, bytes);
    this.app.stream.confirm(header);
    if (!this.isOn || header.serial !== this.index) return image.close();
    this.photo = image;
    this.canvas.width = image.width;
    this.canvas.height = image.height;
    this.canvas.getContext('2d').drawImage(image, 0, 0);
    this.draw();
  }

  end() {
    if (!this.isOn) return;
    this.isOn = false;
    this.app.picture.aspect = null;
    this.app.picture.invalidate(false);
    this.reflect();
  }

  reflect() {
    document.getElementById('compare').setAttribute('aria-pressed', this.isOn);
    this.draw();
  }

  // Moves the divider to a position in the window.
  moveTo(x) {
    const { picture } = this.app;
    const region = picture.region();
    const left = picture.stage.getBoundingClientRect().left + region.x;
    this.split = clamp((x - left) / region.width, 0, 1);
    this.draw();
  }

  draw() {
    const region = this.app.picture.region();
    this.divider.hidden = !this.isOn;
    this.canvas.hidden = !this.isOn || !this.photo;
    if (!this.isOn) return;
    this.divider.style.left = `${region.x + region.width * this.split}px`;
    this.app.picture.place(this.canvas);
    this.canvas.style.clipPath = `inset(0 ${(1 - this.split) * 100}% 0 0)`;
  }
}

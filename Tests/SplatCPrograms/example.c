/* Draws a few Gaussians to picture.ppm and moves them towards a grey picture by their gradient. */
#include <splat.h>

#include <stdio.h>
#include <stdlib.h>

#define WIDTH 160
#define HEIGHT 120
#define COUNT 3

/* Ends the program with the library's message if a call has failed. */
static void check(splat_status status) {
  if (status == SPLAT_OK) return;
  fprintf(stderr, "splat: %s\n", splat_last_error());
  exit(1);
}

int main(void) {
  /* Three Gaussians side by side, four units in front of the camera: red, green and blue. */
  const float means[COUNT * 3] = {-1, 0, 4, 0, 0, 4, 1, 0, 4};
  const float quaternions[COUNT * 4] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};
  const float scales[COUNT * 3] = {0.3f, 0.5f, 0.3f, 0.3f, 0.5f, 0.3f, 0.3f, 0.5f, 0.3f};
  const float opacities[COUNT] = {0.9f, 0.9f, 0.9f};
  float colors[COUNT * 3] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  splat_gaussians gaussians = {0};
  gaussians.struct_size = sizeof gaussians;
  gaussians.count = COUNT;
  gaussians.sh_degree = SPLAT_DIRECT_COLORS;
  gaussians.flags = SPLAT_LINEAR_SCALES | SPLAT_LINEAR_OPACITIES;
  gaussians.means = means;
  gaussians.quaternions = quaternions;
  gaussians.scales = scales;
  gaussians.opacities = opacities;
  gaussians.colors = colors;

  /* A camera at the origin that looks along z. */
  splat_camera camera = {0};
  camera.struct_size = sizeof camera;
  camera.width = WIDTH;
  camera.height = HEIGHT;
  camera.fx = camera.fy = 150;
  camera.cx = WIDTH / 2.0;
  camera.cy = HEIGHT / 2.0;
  for (int axis = 0; axis < 4; axis++) camera.view_matrix[5 * axis] = 1;

  splat_context *context = NULL;
  splat_model *model = NULL;
  check(splat_context_create(NULL, &context));
  check(splat_model_create(&gaussians, &model));

  static float picture[WIDTH * HEIGHT * 3], gradient[WIDTH * HEIGHT * 3];
  splat_outputs outputs = {0};
  outputs.struct_size = sizeof outputs;
  outputs.width = WIDTH;
  outputs.height = HEIGHT;
  outputs.color = picture;
  outputs.color_format = SPLAT_RGB_FLOAT;

  for (int step = 0; step < 20; step++) {
    splat_pass *pass = NULL;
    check(splat_render(context, model, &camera, NULL, &outputs, &pass));

    /* The loss is the mean squared difference from grey. */
    double loss = 0;
    for (int i = 0; i < WIDTH * HEIGHT * 3; i++) {
      const float difference = picture[i] - 0.5f;
      loss += difference * difference / (WIDTH * HEIGHT * 3);
      gradient[i] = 2 * difference / (WIDTH * HEIGHT * 3);
    }
    if (step % 5 == 0) printf("step %2d: loss %.4f\n", step, loss);

    float color_gradient[COUNT * 3] = {0};
    splat_image_gradients image_gradients = {0};
    image_gradients.struct_size = sizeof image_gradients;
    image_gradients.width = WIDTH;
    image_gradients.height = HEIGHT;
    image_gradients.color = gradient;
    splat_gradients gradients = {0};
    gradients.struct_size = sizeof gradients;
    gradients.count = COUNT;
    gradients.colors = color_gradient;
    check(splat_render_backward(pass, &image_gradients, &gradients));
    splat_pass_free(pass);

    for (int i = 0; i < COUNT * 3; i++) colors[i] -= 5 * color_gradient[i];
    check(splat_model_update(model, &gaussians));
  }

  /* The picture as bytes. */
  static unsigned char bytes[WIDTH * HEIGHT * 3];
  outputs.color = bytes;
  outputs.color_format = SPLAT_RGB8;
  check(splat_render(context, model, &camera, NULL, &outputs, NULL));
  FILE *file = fopen("picture.ppm", "wb");
  if (file == NULL) return 1;
  fprintf(file, "P6\n%d %d\n255\n", WIDTH, HEIGHT);
  fwrite(bytes, 1, sizeof bytes, file);
  fclose(file);

  splat_model_free(model);
  splat_context_free(context);
  return 0;
}

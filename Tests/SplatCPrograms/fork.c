/* A child process goes on with the handles of its parent. */
#define _DEFAULT_SOURCE
#include "checks.h"
#include "guarded.h"

#include <sys/wait.h>

enum { COUNT = 500, WIDTH = 96, HEIGHT = 64 };

int main(void) {
  float *means = floats(COUNT * 3), *quaternions = floats(COUNT * 4), *scales = floats(COUNT * 3);
  float *opacities = floats(COUNT), *colors = floats(COUNT * 3);
  for (int i = 0; i < COUNT; i++) {
    means[3 * i] = (float)(i % 25) / 12 - 1;
    means[3 * i + 1] = (float)(i / 25) / 10 - 1;
    means[3 * i + 2] = 3 + (float)(i % 7) / 7;
    quaternions[4 * i] = 1;
    for (int axis = 0; axis < 3; axis++) scales[3 * i + axis] = 0.05f;
    opacities[i] = 0.5f;
    colors[3 * i + i % 3] = 1;
  }
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
  splat_camera camera = {0};
  camera.struct_size = sizeof camera;
  camera.width = WIDTH;
  camera.height = HEIGHT;
  camera.fx = camera.fy = 80;
  camera.cx = WIDTH / 2.0;
  camera.cy = HEIGHT / 2.0;
  for (int axis = 0; axis < 4; axis++) camera.view_matrix[5 * axis] = 1;
  splat_outputs outputs = {0};
  outputs.struct_size = sizeof outputs;
  outputs.width = WIDTH;
  outputs.height = HEIGHT;
  float *before = floats(WIDTH * HEIGHT * 3), *after = floats(WIDTH * HEIGHT * 3);
  outputs.color = before;

  splat_context *context = NULL;
  splat_model *model = NULL;
  splat_pass *pass = NULL;
  EXPECT(splat_context_create(NULL, &context) == SPLAT_OK);
  EXPECT(splat_model_create(&gaussians, &model) == SPLAT_OK);
  EXPECT(splat_render(context, model, &camera, NULL, &outputs, &pass) == SPLAT_OK);

  splat_image_gradients image = {0};
  image.struct_size = sizeof image;
  image.width = WIDTH;
  image.height = HEIGHT;
  image.color = before;
  float *moved = floats(COUNT * 3);
  splat_gradients gradients = {0};
  gradients.struct_size = sizeof gradients;
  gradients.count = COUNT;
  gradients.means = moved;

  const pid_t child = fork();
  if (child == 0) {
    /* A child that waits for threads which it does not have would not end. */
    alarm(60);
    outputs.color = after;
    EXPECT(splat_render(context, model, &camera, NULL, &outputs, NULL) == SPLAT_OK);
    EXPECT(memcmp(before, after, WIDTH * HEIGHT * 3 * sizeof(float)) == 0);
    EXPECT(splat_render_backward(pass, &image, &gradients) == SPLAT_OK);
    EXPECT(splat_model_update(model, &gaussians) == SPLAT_OK);
    _exit(failures > 0);
  }
  int status = -1;
  EXPECT(waitpid(child, &status, 0) == child && status == 0);
  EXPECT(splat_render_backward(pass, &image, &gradients) == SPLAT_OK);
  splat_pass_free(pass);
  splat_model_free(model);
  splat_context_free(context);
  if (failures > 0) return 1;
  puts("fork: the child has drawn the same picture");
  return 0;
}

/* Hands the library what a program must not: every call answers with a status and a message. */
#define _DEFAULT_SOURCE
#include "checks.h"
#include "guarded.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>

enum { COUNT = 37, WIDTH = 45, HEIGHT = 33, THREADS = 6 };

/* A sound model, camera and images, which each attack changes in one place. */
typedef struct {
  splat_gaussians gaussians;
  splat_camera camera;
  splat_render_options options;
  splat_outputs outputs;
  splat_image_gradients image;
  splat_gradients gradients;
  double view_matrix[16];
} sound;

static float number(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1;
}

static const float *numbers(size_t count, unsigned *state) {
  float *values = floats(count);
  for (size_t i = 0; i < count; i++) values[i] = number(state);
  return values;
}

static void make(sound *s, unsigned seed) {
  memset(s, 0, sizeof *s);
  s->gaussians.struct_size = sizeof s->gaussians;
  s->gaussians.count = COUNT;
  s->gaussians.sh_degree = 2;
  s->gaussians.means = numbers(COUNT * 3, &seed);
  s->gaussians.quaternions = numbers(COUNT * 4, &seed);
  float *scales = floats(COUNT * 3);
  for (int i = 0; i < COUNT * 3; i++) scales[i] = number(&seed) - 2;
  s->gaussians.scales = scales;
  s->gaussians.opacities = numbers(COUNT, &seed);
  s->gaussians.colors = numbers(COUNT * 27, &seed);
  s->camera.struct_size = sizeof s->camera;
  s->camera.width = WIDTH;
  s->camera.height = HEIGHT;
  s->camera.fx = s->camera.fy = 40;
  s->camera.cx = 22;
  s->camera.cy = 16;
  for (int axis = 0; axis < 4; axis++) s->camera.view_matrix[5 * axis] = 1;
  s->camera.view_matrix[11] = 4;
  EXPECT(splat_render_options_init(&s->options) == SPLAT_OK);
  s->outputs.struct_size = sizeof s->outputs;
  s->outputs.width = WIDTH;
  s->outputs.height = HEIGHT;
  s->outputs.count = COUNT;
  s->outputs.color = floats(WIDTH * HEIGHT * 3);
  s->outputs.alpha = floats(WIDTH * HEIGHT);
  s->outputs.depth = floats(WIDTH * HEIGHT);
  s->outputs.expected_depth = floats(WIDTH * HEIGHT);
  s->outputs.means2d = floats(COUNT * 2);
  s->outputs.radii = (int32_t *)guarded(COUNT * 2 * sizeof(int32_t));
  s->outputs.depths = floats(COUNT);
  s->outputs.conics = floats(COUNT * 3);
  s->outputs.opacities = floats(COUNT);
  s->image.struct_size = sizeof s->image;
  s->image.width = WIDTH;
  s->image.height = HEIGHT;
  s->image.color = numbers(WIDTH * HEIGHT * 3, &seed);
  s->image.alpha = numbers(WIDTH * HEIGHT, &seed);
  s->image.depth = numbers(WIDTH * HEIGHT, &seed);
  s->image.expected_depth = numbers(WIDTH * HEIGHT, &seed);
  s->gradients.struct_size = sizeof s->gradients;
  s->gradients.count = COUNT;
  s->gradients.means = floats(COUNT * 3);
  s->gradients.quaternions = floats(COUNT * 4);
  s->gradients.scales = floats(COUNT * 3);
  s->gradients.opacities = floats(COUNT);
  s->gradients.colors = floats(COUNT * 27);
  s->gradients.means2d = floats(COUNT * 2);
  s->gradients.absolute_means2d = floats(COUNT * 2);
  s->gradients.view_matrix = s->view_matrix;
}

/* Calls `call` with `member` set to each of the values that follow, and expects a refusal. */
#define EACH(type, member, words, call, ...)                                           \
  do {                                                                                 \
    const type values[] = {__VA_ARGS__};                                               \
    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {                    \
      sound s = *base;                                                                 \
      s.member = values[v];                                                            \
      REFUSED(call, SPLAT_ERROR_ARGUMENT, words);                                      \
    }                                                                                  \
  } while (0)

#define MISALIGNED(type, member, words, call)                                          \
  do {                                                                                 \
    sound s = *base;                                                                   \
    s.member = (type *)(void *)((char *)(void *)s.member + 1);                         \
    REFUSED(call, SPLAT_ERROR_ARGUMENT, words);                                        \
  } while (0)

static void attack_model(const sound *base) {
  splat_model *model = NULL;
#define CREATE splat_model_create(&s.gaussians, &model)
  REFUSED(splat_model_create(NULL, &model), SPLAT_ERROR_ARGUMENT, "gaussians is NULL");
  REFUSED(splat_model_create(&base->gaussians, NULL), SPLAT_ERROR_ARGUMENT, "model is NULL");
  EACH(size_t, gaussians.struct_size, "struct_size", CREATE, 0, 8, sizeof(splat_gaussians) - 1,
       SIZE_MAX);
  EACH(size_t, gaussians.count, "count", CREATE, SIZE_MAX, SIZE_MAX / 4, (size_t)1 << 31);
  EACH(int32_t, gaussians.sh_degree, "sh_degree", CREATE, -2, 5, INT32_MIN, INT32_MAX);
  EACH(uint32_t, gaussians.flags, "flags", CREATE, 8, UINT32_MAX);
  EACH(float *, gaussians.means, "means is NULL", CREATE, NULL);
  EACH(float *, gaussians.quaternions, "quaternions is NULL", CREATE, NULL);
  EACH(float *, gaussians.scales, "scales is NULL", CREATE, NULL);
  EACH(float *, gaussians.opacities, "opacities is NULL", CREATE, NULL);
  EACH(float *, gaussians.colors, "colors is NULL", CREATE, NULL);
  MISALIGNED(const float, gaussians.means, "means is not aligned", CREATE);
  MISALIGNED(const float, gaussians.quaternions, "quaternions is not aligned", CREATE);
  MISALIGNED(const float, gaussians.scales, "scales is not aligned", CREATE);
  MISALIGNED(const float, gaussians.opacities, "opacities is not aligned", CREATE);
  MISALIGNED(const float, gaussians.colors, "colors is not aligned", CREATE);
  {
    /* Harmonics in two arrays need a degree of at least 1. */
    sound s = *base;
    s.gaussians.sh_rest = s.gaussians.colors;
    s.gaussians.sh_degree = SPLAT_DIRECT_COLORS;
    REFUSED(CREATE, SPLAT_ERROR_ARGUMENT, "sh_rest");
  }
  {
    /* More Gaussians than there is memory for; their arrays are not read before that shows. */
    sound s = *base;
    s.gaussians.count = INT32_MAX;
    s.gaussians.sh_degree = 4;
    REFUSED(CREATE, SPLAT_ERROR_MEMORY, "memory");
  }
  {
    /* A structure of a later version, with and without something in its new members. */
    struct {
      splat_gaussians gaussians;
      uint64_t later[2];
    } longer = {base->gaussians, {0, 0}};
    longer.gaussians.struct_size = sizeof longer;
    EXPECT(splat_model_create(&longer.gaussians, &model) == SPLAT_OK);
    splat_model_free(model);
    model = NULL;
    longer.later[1] = 1;
    REFUSED(splat_model_create(&longer.gaussians, &model), SPLAT_ERROR_ARGUMENT, "byte");
  }
  EXPECT(model == NULL);
  REFUSED(splat_model_update(NULL, &base->gaussians), SPLAT_ERROR_ARGUMENT, "model is NULL");
  REFUSED(splat_model_update((splat_model *)(void *)((char *)(void *)&model + 1), &base->gaussians),
          SPLAT_ERROR_ARGUMENT, "model is not aligned");
  EXPECT(splat_model_count(NULL) == 0);
  splat_model_free(NULL);
#undef CREATE
}

static void attack_context(void) {
  splat_context *context = NULL;
  splat_context_options options = {sizeof options, 0};
  REFUSED(splat_context_create(NULL, NULL), SPLAT_ERROR_ARGUMENT, "context is NULL");
  options.threads = -1;
  REFUSED(splat_context_create(&options, &context), SPLAT_ERROR_ARGUMENT, "threads");
  options.threads = INT32_MAX;
  REFUSED(splat_context_create(&options, &context), SPLAT_ERROR_ARGUMENT, "threads");
  options.threads = 1;
  options.struct_size = 3;
  REFUSED(splat_context_create(&options, &context), SPLAT_ERROR_ARGUMENT, "struct_size");
  EXPECT(context == NULL);
  REFUSED(splat_render_options_init(NULL), SPLAT_ERROR_ARGUMENT, "options is NULL");
  splat_context_free(NULL);
  splat_pass_free(NULL);
}

static void attack_render(const sound *base, splat_context *context, splat_model *model) {
  splat_pass *pass = NULL;
#define RENDER splat_render(context, model, &s.camera, &s.options, &s.outputs, &pass)
  {
    sound s = *base;
    REFUSED(splat_render(NULL, model, &s.camera, NULL, &s.outputs, NULL), SPLAT_ERROR_ARGUMENT,
            "context is NULL");
    REFUSED(splat_render(context, NULL, &s.camera, NULL, &s.outputs, NULL),
            SPLAT_ERROR_ARGUMENT, "model is NULL");
    REFUSED(splat_render(context, model, NULL, NULL, &s.outputs, NULL), SPLAT_ERROR_ARGUMENT,
            "camera is NULL");
    REFUSED(splat_render(context, model, &s.camera, NULL, NULL, NULL), SPLAT_ERROR_ARGUMENT,
            "outputs is NULL");
  }
  /* The camera. */
  EACH(size_t, camera.struct_size, "struct_size", RENDER, 0, 1, SIZE_MAX);
  EACH(int32_t, camera.width, "width", RENDER, 0, -1, 16385, INT32_MAX, INT32_MIN);
  EACH(int32_t, camera.height, "height", RENDER, 0, -1, 16385, INT32_MAX, INT32_MIN);
  EACH(double, camera.fx, "fx", RENDER, 0, -1, NAN, INFINITY, -INFINITY);
  EACH(double, camera.fy, "fy", RENDER, 0, -1, NAN, INFINITY, -INFINITY);
  EACH(double, camera.cx, "cx", RENDER, NAN, INFINITY, -INFINITY);
  EACH(double, camera.cy, "cy", RENDER, NAN, INFINITY, -INFINITY);
  for (int entry = 0; entry < 16; entry++) {
    EACH(double, camera.view_matrix[entry], "view_matrix", RENDER, NAN, INFINITY, 1e300);
  }
  EACH(double, camera.view_matrix[0], "view_matrix", RENDER, 2, 0, -0.5);
  EACH(double, camera.view_matrix[15], "view_matrix", RENDER, 0, 2);
  /* The options. */
  EACH(size_t, options.struct_size, "struct_size", RENDER, 0, 1, SIZE_MAX);
  EACH(uint32_t, options.flags, "flags", RENDER, 2, UINT32_MAX);
  EACH(int32_t, options.sh_degree, "sh_degree", RENDER, -2, 5);
  EACH(float, options.background[1], "background", RENDER, NAN, INFINITY, 1e30f);
  EACH(float, options.near_plane, "near_plane", RENDER, 0, -1, NAN, INFINITY);
  EACH(float, options.far_plane, "far_plane", RENDER, 0, 0.001f, NAN, INFINITY);
  EACH(float, options.eps2d, "eps2d", RENDER, -0.1f, NAN, INFINITY);
  EACH(float, options.maximum_alpha, "maximum_alpha", RENDER, 0, 1.1f, NAN);
  EACH(float, options.alpha_threshold, "alpha_threshold", RENDER, 0, 1, NAN);
  EACH(float, options.transmittance_threshold, "transmittance_threshold", RENDER, -1, 1, NAN);
  /* The outputs. */
  EACH(size_t, outputs.struct_size, "struct_size", RENDER, 0, 1, SIZE_MAX);
  EACH(int32_t, outputs.width, "size in outputs", RENDER, 0, WIDTH - 1, WIDTH + 1, INT32_MAX);
  EACH(int32_t, outputs.height, "size in outputs", RENDER, 0, -HEIGHT, HEIGHT + 1);
  EACH(size_t, outputs.count, "count", RENDER, 0, COUNT - 1, COUNT + 1, SIZE_MAX);
  EACH(int32_t, outputs.color_format, "color_format", RENDER, -1, 4);
  EACH(size_t, outputs.color_row_stride, "color_row_stride", RENDER, 4, WIDTH * 12 - 4,
       WIDTH * 12 + 2, SIZE_MAX, SIZE_MAX - 3, (size_t)1 << 60);
  EACH(size_t, outputs.color_pixel_stride, "color_pixel_stride", RENDER, 8, 13, SIZE_MAX - 3);
  EACH(size_t, outputs.alpha_row_stride, "alpha_row_stride", RENDER, 4, SIZE_MAX - 3);
  EACH(size_t, outputs.depth_pixel_stride, "depth_pixel_stride", RENDER, 2, SIZE_MAX - 3);
  MISALIGNED(void, outputs.color, "color is not aligned", RENDER);
  MISALIGNED(float, outputs.alpha, "alpha is not aligned", RENDER);
  MISALIGNED(float, outputs.depth, "depth is not aligned", RENDER);
  MISALIGNED(float, outputs.expected_depth, "expected_depth is not aligned", RENDER);
  MISALIGNED(float, outputs.means2d, "means2d is not aligned", RENDER);
  MISALIGNED(int32_t, outputs.radii, "radii is not aligned", RENDER);
  MISALIGNED(float, outputs.depths, "depths is not aligned", RENDER);
  MISALIGNED(float, outputs.conics, "conics is not aligned", RENDER);
  MISALIGNED(float, outputs.opacities, "opacities is not aligned", RENDER);
  EXPECT(pass == NULL);
#undef RENDER
}

static void attack_backward(const sound *base, splat_context *context, splat_model *model) {
  splat_pass *pass = NULL;
  EXPECT(splat_render(context, model, &base->camera, &base->options, &base->outputs, &pass)
         == SPLAT_OK);
#define BACKWARD splat_render_backward(pass, &s.image, &s.gradients)
  REFUSED(splat_render_backward(NULL, &base->image, &base->gradients), SPLAT_ERROR_ARGUMENT,
          "pass is NULL");
  REFUSED(splat_render_backward(pass, NULL, &base->gradients), SPLAT_ERROR_ARGUMENT,
          "image_gradients is NULL");
  REFUSED(splat_render_backward(pass, &base->image, NULL), SPLAT_ERROR_ARGUMENT,
          "gradients is NULL");
  EACH(size_t, image.struct_size, "struct_size", BACKWARD, 0, 1, SIZE_MAX);
  EACH(int32_t, image.width, "size in image_gradients", BACKWARD, 0, -1, WIDTH + 1);
  EACH(int32_t, image.height, "size in image_gradients", BACKWARD, 0, -1, HEIGHT + 1);
  EACH(size_t, image.color_row_stride, "color_row_stride", BACKWARD, 4, SIZE_MAX - 3);
  EACH(size_t, image.alpha_pixel_stride, "alpha_pixel_stride", BACKWARD, 2, SIZE_MAX - 3);
  MISALIGNED(const float, image.color, "color is not aligned", BACKWARD);
  MISALIGNED(const float, image.alpha, "alpha is not aligned", BACKWARD);
  MISALIGNED(const float, image.depth, "depth is not aligned", BACKWARD);
  MISALIGNED(const float, image.expected_depth, "depth is not aligned", BACKWARD);
  EACH(size_t, gradients.struct_size, "struct_size", BACKWARD, 0, 1, SIZE_MAX);
  EACH(size_t, gradients.count, "count", BACKWARD, 0, COUNT - 1, COUNT + 1, SIZE_MAX);
  MISALIGNED(float, gradients.means, "means is not aligned", BACKWARD);
  MISALIGNED(float, gradients.quaternions, "quaternions is not aligned", BACKWARD);
  MISALIGNED(float, gradients.scales, "scales is not aligned", BACKWARD);
  MISALIGNED(float, gradients.opacities, "opacities is not aligned", BACKWARD);
  MISALIGNED(float, gradients.colors, "colors is not aligned", BACKWARD);
  MISALIGNED(float, gradients.means2d, "means2d is not aligned", BACKWARD);
  MISALIGNED(float, gradients.absolute_means2d, "means2d is not aligned", BACKWARD);
  MISALIGNED(double, gradients.view_matrix, "view_matrix is not aligned", BACKWARD);
  {
    sound s = *base;
    s.gradients.sh_rest = s.gradients.colors;
    REFUSED(BACKWARD, SPLAT_ERROR_ARGUMENT, "sh_rest");
  }
  for (int i = 0; i < COUNT * 3; i++) EXPECT(base->gradients.means[i] == 0);
  EXPECT(splat_render_backward(pass, &base->image, &base->gradients) == SPLAT_OK);
  int moved = 0;
  for (int i = 0; i < COUNT * 3; i++) {
    EXPECT(isfinite(base->gradients.means[i]));
    moved += base->gradients.means[i] != 0;
  }
  EXPECT(moved > COUNT);
  splat_pass_free(pass);
  {
    /* A render without depth has no gradient of one. */
    sound s = *base;
    s.outputs.depth = s.outputs.expected_depth = NULL;
    pass = NULL;
    EXPECT(splat_render(context, model, &s.camera, &s.options, &s.outputs, &pass) == SPLAT_OK);
    REFUSED(BACKWARD, SPLAT_ERROR_ARGUMENT, "depth");
    s.image.depth = s.image.expected_depth = NULL;
    EXPECT(BACKWARD == SPLAT_OK);
    splat_pass_free(pass);
  }
#undef BACKWARD
}

/* Gaussians that are not numbers, endless or as large as the world leave every result finite. */
static void attack_parameters(const sound *base, splat_context *context) {
  const float values[] = {NAN, INFINITY, -INFINITY, 1e38f, -1e38f, 0, 1e-38f};
  for (int kind = 0; kind < 5; kind++) {
    for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
      for (uint32_t flags = 0; flags < 8; flags++) {
        sound s = *base;
        const float **arrays[] = {&s.gaussians.means, &s.gaussians.quaternions,
                                  &s.gaussians.scales, &s.gaussians.opacities,
                                  &s.gaussians.colors};
        const size_t widths[] = {3, 4, 3, 1, 27};
        float *changed = (float *)malloc(COUNT * widths[kind] * sizeof(float));
        memcpy(changed, *arrays[kind], COUNT * widths[kind] * sizeof(float));
        for (size_t i = 0; i < COUNT * widths[kind]; i += 5) changed[i] = values[v];
        *arrays[kind] = changed;
        s.gaussians.flags = flags;
        splat_model *model = NULL;
        splat_pass *pass = NULL;
        memset(s.gradients.means, 0, COUNT * 3 * sizeof(float));
        EXPECT(splat_model_create(&s.gaussians, &model) == SPLAT_OK);
        EXPECT(splat_render(context, model, &s.camera, &s.options, &s.outputs, &pass)
               == SPLAT_OK);
        EXPECT(splat_render_backward(pass, &s.image, &s.gradients) == SPLAT_OK);
        const float *color = (const float *)s.outputs.color;
        int unfit = 0;
        for (int i = 0; i < WIDTH * HEIGHT * 3; i++) unfit += !isfinite(color[i]);
        for (int i = 0; i < WIDTH * HEIGHT; i++) unfit += !isfinite(s.outputs.expected_depth[i]);
        if (unfit > 0) {
          fprintf(stderr, "kind %d, value %g, flags %u: %d pixels are not finite\n", kind,
                  values[v], flags, unfit);
          __sync_fetch_and_add(&failures, 1);
        }
        splat_pass_free(pass);
        splat_model_free(model);
        free(changed);
      }
    }
  }
}

/* Nothing at all is fine where a count is 0. */
static void draw_nothing(const sound *base, splat_context *context) {
  splat_gaussians none = {0};
  none.struct_size = sizeof none;
  none.sh_degree = 3;
  splat_model *model = NULL;
  EXPECT(splat_model_create(&none, &model) == SPLAT_OK);
  EXPECT(splat_model_count(model) == 0);
  sound s = *base;
  s.outputs.count = s.gradients.count = 0;
  s.options.background[0] = 0.25f;
  splat_pass *pass = NULL;
  EXPECT(splat_render(context, model, &s.camera, &s.options, &s.outputs, &pass) == SPLAT_OK);
  EXPECT(((float *)s.outputs.color)[0] == 0.25f && s.outputs.alpha[0] == 0);
  EXPECT(splat_render_backward(pass, &s.image, &s.gradients) == SPLAT_OK);
  /* A model may change its count, and a pass outlives model and context. */
  EXPECT(splat_model_update(model, &base->gaussians) == SPLAT_OK);
  EXPECT(splat_model_count(model) == COUNT);
  splat_model_free(model);
  EXPECT(splat_render_backward(pass, &s.image, &s.gradients) == SPLAT_OK);
  splat_pass_free(pass);
}

/* The context and the model that all threads share. */
static splat_context *shared_context = NULL;
static splat_model *shared_model = NULL;

static void *attack(void *seed) {
  sound base;
  make(&base, (unsigned)(uintptr_t)seed);
  attack_context();
  attack_model(&base);
  attack_render(&base, shared_context, shared_model);
  attack_backward(&base, shared_context, shared_model);
  attack_parameters(&base, shared_context);
  draw_nothing(&base, shared_context);
  return NULL;
}

int main(void) {
  EXPECT(splat_abi_version() == SPLAT_ABI_VERSION);
  EXPECT(splat_check_cpu() == SPLAT_OK);
  EXPECT(strcmp(splat_last_error(), "") == 0);
  EXPECT(strlen(splat_version()) >= 5);
  sound base;
  make(&base, 1);
  splat_context_options options = {sizeof options, 2};
  EXPECT(splat_context_create(&options, &shared_context) == SPLAT_OK);
  EXPECT(splat_model_create(&base.gaussians, &shared_model) == SPLAT_OK);
  pthread_t threads[THREADS];
  for (uintptr_t i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, attack, (void *)(i + 1)) != 0) return 2;
  }
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  splat_context_free(shared_context);
  splat_model_free(shared_model);
  if (failures > 0) return 1;
  puts("hostile: every call was refused as it must be");
  return 0;
}

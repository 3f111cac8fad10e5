/* Writes a model in every format, reads each back, and hands over what must be refused. */
#define LAST_ERROR splat_files_last_error
#define _DEFAULT_SOURCE
#include <splat_files.h>

#include "checks.h"
#include "guarded.h"

#include <math.h>
#include <stdint.h>

enum { COUNT = 300, COEFFICIENTS = 9 };

static float number(unsigned *state) {
  *state = *state * 1664525u + 1013904223u;
  return (float)(*state >> 8) / 8388608.0f - 1;
}

/* The parameters of a model that was read. */
typedef struct {
  float *means, *quaternions, *scales, *opacities, *colors, *rest;
} arrays;

static arrays room(size_t count, size_t coefficients) {
  const arrays result = {floats(count * 3), floats(count * 4), floats(count * 3), floats(count),
                         floats(count * 3), floats(count * 3 * (coefficients - 1))};
  return result;
}

/* Reads the file at `path` and compares what can be compared in any order of the Gaussians. */
static void read_back(const char *path, const splat_gaussians *given, const char *format,
                      double tolerance) {
  splat_files_model *model = NULL;
  EXPECT(splat_files_read(path, &model) == SPLAT_OK);
  splat_files_info info;
  memset(&info, 0, sizeof info);
  info.struct_size = sizeof info;
  EXPECT(splat_files_describe(model, &info) == SPLAT_OK);
  EXPECT(info.count == given->count && info.dropped == 0);
  EXPECT(strcmp(info.format, format) == 0 && strcmp(info.warnings, "") == 0);
  const size_t k = (size_t)(info.sh_degree + 1) * (size_t)(info.sh_degree + 1);
  const arrays read = room(info.count, k);
  splat_files_arrays wanted = {0};
  wanted.struct_size = sizeof wanted;
  wanted.count = info.count;
  wanted.means = read.means;
  wanted.quaternions = read.quaternions;
  wanted.scales = read.scales;
  wanted.opacities = read.opacities;
  wanted.colors = read.colors;
  wanted.sh_rest = k > 1 ? read.rest : NULL;
  EXPECT(splat_files_copy(model, &wanted) == SPLAT_OK);
  double before = 0, after = 0, scales = 0, expected = 0;
  for (size_t i = 0; i < 3 * info.count; i++) {
    before += given->means[i];
    after += read.means[i];
    expected += given->scales[i];
    scales += read.scales[i];
  }
  EXPECT(fabs(before - after) < tolerance * (double)info.count);
  EXPECT(fabs(expected - scales) < 30 * tolerance * (double)info.count);
  for (size_t i = 0; i < 4 * info.count; i++) EXPECT(isfinite(read.quaternions[i]));

  /* What does not fit is refused. */
  wanted.count = info.count + 1;
  REFUSED(splat_files_copy(model, &wanted), SPLAT_ERROR_ARGUMENT, "count");
  wanted.count = info.count;
  wanted.means = (float *)(void *)((char *)(void *)read.means + 1);
  REFUSED(splat_files_copy(model, &wanted), SPLAT_ERROR_ARGUMENT, "means is not aligned");
  REFUSED(splat_files_copy(model, NULL), SPLAT_ERROR_ARGUMENT, "arrays is NULL");
  REFUSED(splat_files_copy(NULL, &wanted), SPLAT_ERROR_ARGUMENT, "model is NULL");
  info.struct_size = 1;
  REFUSED(splat_files_describe(model, &info), SPLAT_ERROR_ARGUMENT, "struct_size");
  REFUSED(splat_files_describe(model, NULL), SPLAT_ERROR_ARGUMENT, "info is NULL");
  splat_files_free(model);
}

int main(void) {
  EXPECT(splat_files_abi_version() == SPLAT_FILES_ABI_VERSION);
  EXPECT(strcmp(splat_files_last_error(), "") == 0);
  unsigned seed = 5;
  const arrays made = room(COUNT, COEFFICIENTS);
  for (int i = 0; i < COUNT; i++) {
    for (int part = 0; part < 3; part++) made.means[3 * i + part] = number(&seed);
    for (int part = 0; part < 4; part++) made.quaternions[4 * i + part] = number(&seed);
    for (int part = 0; part < 3; part++) made.scales[3 * i + part] = number(&seed) - 3;
    made.opacities[i] = number(&seed);
    for (int part = 0; part < 3; part++) made.colors[3 * i + part] = number(&seed);
    for (int part = 0; part < 24; part++) made.rest[24 * i + part] = 0.2f * number(&seed);
  }
  splat_gaussians gaussians = {0};
  gaussians.struct_size = sizeof gaussians;
  gaussians.count = COUNT;
  gaussians.sh_degree = 2;
  gaussians.means = made.means;
  gaussians.quaternions = made.quaternions;
  gaussians.scales = made.scales;
  gaussians.opacities = made.opacities;
  gaussians.colors = made.colors;
  gaussians.sh_rest = made.rest;

  static const struct {
    const char *path, *format;
    double tolerance;
  } files[] = {
    {"model.ply", "ply", 1e-7},       {"model.compressed.ply", "compressed-ply", 1e-3},
    {"model.splat", "splat", 1e-6},   {"model.spz", "spz", 1e-3},
    {"model.sog", "sog", 1e-3},       {"model.glb", "glb", 1e-6},
    {"model.gltf", "gltf", 1e-6},
  };
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
    EXPECT(splat_files_write(files[i].path, &gaussians, NULL) == SPLAT_OK);
    read_back(files[i].path, &gaussians, files[i].format, files[i].tolerance);
  }

  /* What programs hand to gsplat comes back as what files store. */
  float *scales = floats(COUNT * 3), *opacities = floats(COUNT);
  for (int i = 0; i < COUNT * 3; i++) scales[i] = expf(made.scales[i]);
  for (int i = 0; i < COUNT; i++) opacities[i] = 1 / (1 + expf(-made.opacities[i]));
  splat_gaussians linear = gaussians;
  linear.flags = SPLAT_LINEAR_SCALES | SPLAT_LINEAR_OPACITIES;
  linear.scales = scales;
  linear.opacities = opacities;
  splat_files_options options = {0};
  options.struct_size = sizeof options;
  options.format = "ply";
  options.flags = SPLAT_ANTIALIASED;
  EXPECT(splat_files_write("linear.model", &linear, &options) == SPLAT_OK);
  read_back("linear.model", &gaussians, "ply", 1e-6);

  /* The bytes of a file, whole and cut short. */
  FILE *file = fopen("model.ply", "rb");
  EXPECT(file != NULL);
  if (file == NULL) return 1;
  fseek(file, 0, SEEK_END);
  const size_t size = (size_t)ftell(file);
  rewind(file);
  void *bytes = guarded(size);
  EXPECT(fread(bytes, 1, size, file) == size);
  fclose(file);
  splat_files_model *model = NULL;
  EXPECT(splat_files_read_bytes(bytes, size, "memory.ply", &model) == SPLAT_OK);
  splat_files_free(model);
  model = NULL;
  REFUSED(splat_files_read_bytes(bytes, size - 1, "memory.ply", &model), SPLAT_ERROR_CONTENT,
          "memory.ply");
  REFUSED(splat_files_read_bytes(bytes, 0, "memory.ply", &model), SPLAT_ERROR_CONTENT, "empty");
  REFUSED(splat_files_read_bytes(bytes, SIZE_MAX, "memory.ply", &model), SPLAT_ERROR_ARGUMENT,
          "size");
  REFUSED(splat_files_read_bytes(NULL, 7, "memory.ply", &model), SPLAT_ERROR_ARGUMENT,
          "bytes is NULL");
  REFUSED(splat_files_read_bytes(bytes, size, NULL, &model), SPLAT_ERROR_ARGUMENT, "name is NULL");
  REFUSED(splat_files_read(NULL, &model), SPLAT_ERROR_ARGUMENT, "path is NULL");
  REFUSED(splat_files_read("", &model), SPLAT_ERROR_ARGUMENT, "path is empty");
  REFUSED(splat_files_read("\xff\xfe", &model), SPLAT_ERROR_ARGUMENT, "path is not UTF-8");
  REFUSED(splat_files_read("none.ply", &model), SPLAT_ERROR_NOT_FOUND, "none.ply");
  REFUSED(splat_files_read("model.ply", NULL), SPLAT_ERROR_ARGUMENT, "model is NULL");
  EXPECT(model == NULL);

  /* What cannot be written. */
  REFUSED(splat_files_write("model.unknown", &gaussians, NULL), SPLAT_ERROR_WRITE, "ending");
  REFUSED(splat_files_write("none/model.ply", &gaussians, NULL), SPLAT_ERROR_WRITE, "none");
  REFUSED(splat_files_write(NULL, &gaussians, NULL), SPLAT_ERROR_ARGUMENT, "path is NULL");
  REFUSED(splat_files_write("model.ply", NULL, NULL), SPLAT_ERROR_ARGUMENT, "gaussians is NULL");
  options.format = "ksplat";
  REFUSED(splat_files_write("model.ply", &gaussians, &options), SPLAT_ERROR_ARGUMENT, "format");
  options.format = NULL;
  options.spz_version = 2;
  REFUSED(splat_files_write("model.spz", &gaussians, &options), SPLAT_ERROR_ARGUMENT,
          "spz_version");
  options.spz_version = 0;
  options.sh_bits = 9;
  REFUSED(splat_files_write("model.spz", &gaussians, &options), SPLAT_ERROR_ARGUMENT, "sh_bits");
  options.sh_bits = 0;
  options.threads = -1;
  REFUSED(splat_files_write("model.spz", &gaussians, &options), SPLAT_ERROR_ARGUMENT, "threads");
  options.threads = 0;
  options.flags = 6;
  REFUSED(splat_files_write("model.spz", &gaussians, &options), SPLAT_ERROR_ARGUMENT, "flags");
  gaussians.count = 0;
  REFUSED(splat_files_write("empty.ply", &gaussians, NULL), SPLAT_ERROR_WRITE, "no Gaussians");
  splat_files_free(NULL);
  if (failures > 0) return 1;
  puts("files: every format has come back");
  return 0;
}

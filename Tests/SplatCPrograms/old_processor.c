/* On a processor without AVX2 every call returns an error, and none ends the program. */
#include "checks.h"

int main(void) {
  splat_context *context = NULL;
  splat_model *model = NULL;
  splat_pass *pass = NULL;
  splat_gaussians gaussians = {0};
  splat_camera camera = {0};
  splat_render_options options = {0};
  splat_outputs outputs = {0};
  splat_image_gradients image = {0};
  splat_gradients gradients = {0};
  gaussians.struct_size = sizeof gaussians;
  EXPECT(splat_abi_version() == SPLAT_ABI_VERSION);
  EXPECT(strlen(splat_version()) > 0 && strlen(splat_last_error()) == 0);
  REFUSED(splat_check_cpu(), SPLAT_ERROR_CPU, "AVX2");
  REFUSED(splat_context_create(NULL, &context), SPLAT_ERROR_CPU, "AVX2");
  REFUSED(splat_model_create(&gaussians, &model), SPLAT_ERROR_CPU, "AVX2");
  REFUSED(splat_model_update(model, &gaussians), SPLAT_ERROR_CPU, "AVX2");
  REFUSED(splat_render_options_init(&options), SPLAT_ERROR_CPU, "AVX2");
  REFUSED(splat_render(context, model, &camera, &options, &outputs, &pass), SPLAT_ERROR_CPU,
          "AVX2");
  REFUSED(splat_render_backward(pass, &image, &gradients), SPLAT_ERROR_CPU, "AVX2");
  EXPECT(splat_model_count(model) == 0);
  splat_pass_free(pass);
  splat_model_free(model);
  splat_context_free(context);
  if (failures > 0) return 1;
  puts("old_processor: every call returned an error");
  return 0;
}

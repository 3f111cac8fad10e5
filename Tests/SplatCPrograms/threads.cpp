// Six threads share a context and a model; each also goes backward, and all get the same bits.
#include <splat.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

void check(splat_status status) {
  if (status != SPLAT_OK) throw std::runtime_error(splat_last_error());
}

struct Free {
  void operator()(splat_context *context) const { splat_context_free(context); }
  void operator()(splat_model *model) const { splat_model_free(model); }
  void operator()(splat_pass *pass) const { splat_pass_free(pass); }
};

// Gaussians at random places in front of the camera.
struct Scene {
  static constexpr std::size_t count = 3000;
  static constexpr int width = 180, height = 140;
  std::vector<float> means, quaternions, scales, opacities, colors, rest;
  std::uint32_t state = 7;

  float number() {
    state = state * 1664525u + 1013904223u;
    return static_cast<float>(state >> 8) / 8388608.0f - 1;
  }

  Scene() {
    for (std::size_t i = 0; i < count; i++) {
      for (int axis = 0; axis < 3; axis++) means.push_back(number());
      for (int part = 0; part < 4; part++) quaternions.push_back(number());
      for (int axis = 0; axis < 3; axis++) scales.push_back(number() * 0.5f - 3.5f);
      opacities.push_back(number());
      for (int channel = 0; channel < 3; channel++) colors.push_back(number());
      for (int number = 0; number < 45; number++) rest.push_back(this->number() * 0.1f);
    }
  }

  splat_gaussians gaussians() const {
    splat_gaussians result = splat_gaussians();
    result.struct_size = sizeof result;
    result.count = count;
    result.sh_degree = 3;
    result.means = means.data();
    result.quaternions = quaternions.data();
    result.scales = scales.data();
    result.opacities = opacities.data();
    result.colors = colors.data();
    result.sh_rest = rest.data();
    return result;
  }
};

// A camera for each number; the same number is the same camera.
splat_camera camera(int number) {
  splat_camera result = splat_camera();
  result.struct_size = sizeof result;
  result.width = Scene::width;
  result.height = Scene::height;
  result.fx = result.fy = 150 + number;
  result.cx = Scene::width / 2.0;
  result.cy = Scene::height / 2.0;
  for (int axis = 0; axis < 4; axis++) result.view_matrix[5 * axis] = 1;
  result.view_matrix[11] = 4;
  return result;
}

// The picture of a camera, and the gradients of the sum of its channels.
struct Results {
  std::vector<float> picture, means, rest;

  Results(splat_context *context, const splat_model *model, int number)
      : picture(Scene::width * Scene::height * 4), means(Scene::count * 3),
        rest(Scene::count * 45) {
    const splat_camera view = camera(number);
    splat_outputs outputs = splat_outputs();
    outputs.struct_size = sizeof outputs;
    outputs.width = view.width;
    outputs.height = view.height;
    outputs.color = picture.data();
    outputs.color_format = SPLAT_RGBA_FLOAT;
    splat_pass *made = nullptr;
    check(splat_render(context, model, &view, nullptr, &outputs, &made));
    const std::unique_ptr<splat_pass, Free> pass(made);

    // The gradient lies beside unused numbers: every fourth float is not part of it.
    std::vector<float> ones(picture.size(), 1);
    splat_image_gradients image = splat_image_gradients();
    image.struct_size = sizeof image;
    image.width = view.width;
    image.height = view.height;
    image.color = ones.data();
    image.color_pixel_stride = 4 * sizeof(float);
    splat_gradients gradients = splat_gradients();
    gradients.struct_size = sizeof gradients;
    gradients.count = Scene::count;
    gradients.means = means.data();
    gradients.sh_rest = rest.data();
    check(splat_render_backward(pass.get(), &image, &gradients));
  }

  bool operator==(const Results &other) const {
    return picture == other.picture && means == other.means && rest == other.rest;
  }
};

}  // namespace

int main() {
  const Scene scene;
  const splat_gaussians gaussians = scene.gaussians();
  splat_context *context = nullptr;
  splat_model *model = nullptr;
  check(splat_context_create(nullptr, &context));
  const std::unique_ptr<splat_context, Free> keptContext(context);
  check(splat_model_create(&gaussians, &model));
  const std::unique_ptr<splat_model, Free> keptModel(model);

  constexpr int cameras = 4;
  std::vector<Results> alone;
  for (int number = 0; number < cameras; number++) alone.emplace_back(context, model, number);
  bool same[6] = {};
  std::vector<std::thread> threads;
  for (int index = 0; index < 6; index++) {
    threads.emplace_back([&, index] {
      bool agree = true;
      for (int turn = 0; turn < 12; turn++) {
        const int number = (turn + index) % cameras;
        // The model is replaced by the same Gaussians now and then, while others draw it.
        if (turn % 5 == 4) check(splat_model_update(model, &gaussians));
        agree = agree && Results(context, model, number) == alone[number];
      }
      same[index] = agree;
    });
  }
  for (std::thread &thread : threads) thread.join();
  for (const bool agree : same) {
    if (!agree) {
      std::fprintf(stderr, "threads: a thread has got other results\n");
      return 1;
    }
  }
  std::puts("threads: six threads have got the same bits");
  return 0;
}

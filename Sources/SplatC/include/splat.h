/*
 * splat: 3D Gaussian splatting on the CPU, forward and backward.
 *
 * Link with -lsplat; the library needs libc and libm alone. A complete program:
 *
 *     splat_context *context = NULL;
 *     splat_model *model = NULL;
 *     splat_context_create(NULL, &context);
 *     splat_model_create(&gaussians, &model);
 *     splat_render(context, model, &camera, NULL, &outputs, NULL);
 *     splat_model_free(model);
 *     splat_context_free(context);
 *
 * RESULTS OF CALLS. Functions that can fail return a splat_status: SPLAT_OK, or what is wrong, and
 * then splat_last_error() says it in words. A call that fails changes nothing, except that arrays
 * which it was to fill may be partly written after SPLAT_ERROR_MEMORY.
 *
 * STRUCTURES begin with struct_size, which the caller sets to sizeof the structure. A later version
 * of the library may add members at the end: it accepts shorter structures of older programs, and
 * an older library accepts longer ones whose additional bytes are all 0. Set all members that are
 * not used to 0.
 *
 * MEMORY. Handles are created by splat_..._create (a pass by splat_render) and freed by
 * splat_..._free, in any order: what another handle still needs stays. NULL may be freed. Arrays
 * belong to the caller; the library reads or writes them during the call only. Where a count is 0,
 * arrays may be NULL. Arrays of floats and integers are aligned to 4 bytes, doubles to 8. The
 * arrays that a call writes must not overlap one another.
 *
 * THREADS. A context and a model may be used by any number of threads at the same time, also while
 * the model is updated: a render uses the Gaussians as they were when it began. A pass is used by
 * one thread at a time. Each render uses the context's number of threads by itself. The results are
 * the same bits for any number of threads and in any order of calls.
 *
 * FORK. In a child process the handles of the parent keep working, on one thread each. Do not fork
 * while another thread is inside of a call.
 *
 * FRAMES. A camera looks along +z with x to the right and y down (COLMAP, OpenCV, gsplat). Lengths
 * are in world units, those in the image in pixels; the centre of the first pixel is at (0.5, 0.5).
 * Images are row by row from the top left. Colours are display values, not clamped.
 *
 * GSPLAT. Formulae, parameters and gradients are those of gsplat's `rasterization` with
 * camera_model "pinhole", and pictures do not depend on tiles. Differences from gsplat 1.5.3:
 *   - maximum_alpha is 0.99 unless set (gsplat 1.5: 0.999, from 1.6 on 0.99).
 *   - The near plane is exclusive: a Gaussian at camera z = near_plane is left out.
 *   - A Gaussian reaches exactly as far as its opacity is at least alpha_threshold; gsplat also
 *     stops at 3.33 standard deviations, which matters only for opacities beyond 1.
 *   - radii are 0 for a Gaussian that reaches no pixel's centre. gsplat gives a radius to some that
 *     touch only the rim of the image; they have no gradient there either.
 *   - Gaussians with a parameter that is not a number, with a colour beyond 1e10, or with a
 *     covariance in the image whose determinant is beyond 1e30 are left out and get no gradient.
 *   - A quaternion of zeros is the identity.
 */
#ifndef SPLAT_H
#define SPLAT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
/** The pointer may be NULL where the comment says so. */
#define SPLAT_NULLABLE _Nullable
/** The pointer is never NULL. */
#define SPLAT_NONNULL _Nonnull
#else
#define SPLAT_NULLABLE
#define SPLAT_NONNULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------------------
 * Versions and errors
 * ------------------------------------------------------------------------------------------ */

/** The version of this interface. Libraries with the same number fit the same programs. */
#define SPLAT_ABI_VERSION 1

/** The result of a call. */
typedef int32_t splat_status;

/** The call did what was asked. */
#define SPLAT_OK 0
/** An argument is wrong: NULL, out of range, not a number, misaligned, or of another size. */
#define SPLAT_ERROR_ARGUMENT 1
/** The processor lacks instructions that the library was built with (AVX2 and FMA on x86-64). */
#define SPLAT_ERROR_CPU 2
/** There is not enough memory for what was asked. */
#define SPLAT_ERROR_MEMORY 3

/** SPLAT_ABI_VERSION of the library that is loaded. Compare it with the header's. */
uint32_t splat_abi_version(void);

/** The library's version, as in "0.1.0". The text is constant. */
const char *SPLAT_NONNULL splat_version(void);

/**
 * What was wrong in the calling thread's last call that failed: one line of UTF-8 that names the
 * argument, what was found and what is expected. "" if none has failed. The text is valid until the
 * thread's next call that fails, and until the thread ends.
 */
const char *SPLAT_NONNULL splat_last_error(void);

/**
 * Whether this processor can run the library: SPLAT_OK or SPLAT_ERROR_CPU. Every other call that
 * returns a status checks the same at its start, so an old processor gets an error from it.
 */
splat_status splat_check_cpu(void);

/* ---------------------------------------------------------------------------------------------
 * Contexts: threads and scratch memory
 * ------------------------------------------------------------------------------------------ */

/** Threads, and scratch memory that is kept from call to call. Many threads may share one. */
typedef struct splat_context splat_context;

typedef struct splat_context_options {
  size_t struct_size;
  /** The number of threads of a render; 0 takes one for each core. At most 1024. */
  int32_t threads;
} splat_context_options;

/**
 * Creates a context and stores it in `context`. Without `options`, every render uses all cores.
 */
splat_status splat_context_create(
    const splat_context_options *SPLAT_NULLABLE options,
    splat_context *SPLAT_NULLABLE *SPLAT_NULLABLE context);

/** Frees a context, or does nothing for NULL. */
void splat_context_free(splat_context *SPLAT_NULLABLE context);

/* ---------------------------------------------------------------------------------------------
 * Models: Gaussians in the order that the kernels want
 * ------------------------------------------------------------------------------------------ */

/** Gaussians, copied into the order in which the kernels read them. */
typedef struct splat_model splat_model;

/** splat_gaussians.sh_degree where colours are given directly. */
#define SPLAT_DIRECT_COLORS (-1)

/** splat_gaussians.flags: scales are standard deviations, not their natural logarithms. */
#define SPLAT_LINEAR_SCALES 1u
/** splat_gaussians.flags: opacities are 0...1, not their logits log(o / (1 - o)). */
#define SPLAT_LINEAR_OPACITIES 2u
/**
 * splat_gaussians.flags: the model is drawn often, and cameras see only a part of it. Consecutive
 * Gaussians that a camera cannot see are skipped together. Pictures and gradients stay the same. It
 * has no effect with SPLAT_LINEAR_SCALES.
 */
#define SPLAT_CULL_CLUSTERS 4u

/** The parameters of Gaussians, row by row. */
typedef struct splat_gaussians {
  size_t struct_size;
  /** The number of Gaussians. */
  size_t count;
  /** The degree of the spherical harmonics, 0...4, or SPLAT_DIRECT_COLORS. */
  int32_t sh_degree;
  /** SPLAT_LINEAR_SCALES, SPLAT_LINEAR_OPACITIES, SPLAT_CULL_CLUSTERS, or 0. */
  uint32_t flags;
  /** count x 3: centres, world units. */
  const float *SPLAT_NULLABLE means;
  /** count x 4: rotations from the Gaussian's own axes to the world's; w, x, y, z, any length. */
  const float *SPLAT_NULLABLE quaternions;
  /** count x 3: standard deviations along the own axes, world units; logarithms unless flagged. */
  const float *SPLAT_NULLABLE scales;
  /** count: opacities; logits unless flagged. */
  const float *SPLAT_NULLABLE opacities;
  /**
   * With a degree, count x K x 3, where K = (sh_degree + 1)^2: RGB coefficients, the constant one
   * first, then by band, m = -l...l, in the signs of the 3DGS release and of gsplat; the colour is
   * max(0, 0.5 + sum). With sh_rest, count x 1 x 3: the constant ones alone. With
   * SPLAT_DIRECT_COLORS, count x 3: colours of any sign, which are not clamped.
   */
  const float *SPLAT_NULLABLE colors;
  /** count x (K - 1) x 3: the other coefficients, if they are an array of their own, or NULL. */
  const float *SPLAT_NULLABLE sh_rest;
} splat_gaussians;

/** Copies `gaussians` into a new model and stores it in `model`. */
splat_status splat_model_create(
    const splat_gaussians *SPLAT_NULLABLE gaussians,
    splat_model *SPLAT_NULLABLE *SPLAT_NULLABLE model);

/**
 * Replaces the model's Gaussians by a copy of `gaussians`, of any count, degree and flags. Its
 * memory is used again if no pass holds the former ones.
 */
splat_status splat_model_update(
    splat_model *SPLAT_NULLABLE model, const splat_gaussians *SPLAT_NULLABLE gaussians);

/** The number of Gaussians; 0 for NULL. */
size_t splat_model_count(const splat_model *SPLAT_NULLABLE model);

/** Frees a model, or does nothing for NULL. */
void splat_model_free(splat_model *SPLAT_NULLABLE model);

/* ---------------------------------------------------------------------------------------------
 * Cameras and options
 * ------------------------------------------------------------------------------------------ */

/** A pinhole camera. */
typedef struct splat_camera {
  size_t struct_size;
  /** The size of the image, 1...16384 pixels each. */
  int32_t width, height;
  /** Focal lengths and principal point, pixels: K = [fx 0 cx; 0 fy cy; 0 0 1]. fx, fy > 0. */
  double fx, fy, cx, cy;
  /**
   * World to camera, 4 x 4, row by row, for column vectors: a rotation (orthonormal to 1e-3), the
   * translation in the last column, and a last row of 0 0 0 1.
   */
  double view_matrix[16];
} splat_camera;

/** splat_render_options.flags: opacities compensate for eps2d (gsplat's "antialiased"). */
#define SPLAT_ANTIALIASED 1u

/** What a picture depends on besides model and camera. */
typedef struct splat_render_options {
  size_t struct_size;
  /** SPLAT_ANTIALIASED, or 0. */
  uint32_t flags;
  /** The highest SH degree used; a model of lower degree is drawn with its own. -1: all. */
  int32_t sh_degree;
  /** The colour behind the Gaussians. */
  float background[3];
  /** Gaussians are left out whose camera z is at most near_plane or at least far_plane. > 0. */
  float near_plane, far_plane;
  /** The variance added to each axis of a Gaussian in the image, square pixels; 0 or more. */
  float eps2d;
  /** The largest opacity of a Gaussian at a pixel, above 0 and at most 1. */
  float maximum_alpha;
  /** A Gaussian is left out at a pixel where its opacity is below this, above 0 and below 1. */
  float alpha_threshold;
  /** A pixel stops before its transmittance would fall to this or below; 0 up to below 1. */
  float transmittance_threshold;
} splat_render_options;

/**
 * Fills `options` with the defaults, which a NULL means too: no flags, all degrees, a black
 * background, near 0.01, far 1e10, eps2d 0.3, alpha at most 0.99 and at least 1/255, and a stop at
 * 1e-4. It sets struct_size.
 */
splat_status splat_render_options_init(splat_render_options *SPLAT_NULLABLE options);

/* ---------------------------------------------------------------------------------------------
 * Forward
 * ------------------------------------------------------------------------------------------ */

/** splat_outputs.color_format: 3 floats, red, green, blue. */
#define SPLAT_RGB_FLOAT 0
/** splat_outputs.color_format: 4 floats, red, green, blue, alpha. */
#define SPLAT_RGBA_FLOAT 1
/** splat_outputs.color_format: 3 bytes, clamped to 0...1, times 255, rounded. */
#define SPLAT_RGB8 2
/**
 * splat_outputs.color_format: the same with alpha as a fourth byte. Over a black background the
 * colours are premultiplied by alpha.
 */
#define SPLAT_RGBA8 3

/**
 * Where a render writes. Each array is written if it is not NULL.
 *
 * Strides are in bytes, from one row or pixel to the next; 0 means that rows or pixels follow one
 * another without a gap. Bytes in gaps are left alone. Values of Gaussians that are not drawn are
 * 0.
 */
typedef struct splat_outputs {
  size_t struct_size;
  /** The size of the images, which must be the camera's. */
  int32_t width, height;
  /** The length of the arrays of Gaussians, which must be the model's; 0 if there are none. */
  size_t count;

  /** The picture over the background, in the format that color_format names. */
  void *SPLAT_NULLABLE color;
  int32_t color_format;
  size_t color_row_stride, color_pixel_stride;
  /** The opacity: 1 - transmittance, 0...1. */
  float *SPLAT_NULLABLE alpha;
  size_t alpha_row_stride, alpha_pixel_stride;
  /** The accumulated depth: the sum of weight x camera z (gsplat's "D"). */
  float *SPLAT_NULLABLE depth;
  size_t depth_row_stride, depth_pixel_stride;
  /** The expected depth: the accumulated depth over alpha (gsplat's "ED"); 0 where alpha is 0. */
  float *SPLAT_NULLABLE expected_depth;
  size_t expected_depth_row_stride, expected_depth_pixel_stride;

  /** count x 2: projected centres, pixels. */
  float *SPLAT_NULLABLE means2d;
  /** count x 2: half the size of the box around each Gaussian, pixels, rounded up. */
  int32_t *SPLAT_NULLABLE radii;
  /** count: camera z, world units. */
  float *SPLAT_NULLABLE depths;
  /** count x 3: inverse covariances in the image, xx xy yy, with eps2d; 1 / square pixels. */
  float *SPLAT_NULLABLE conics;
  /** count: opacities as drawn, with the compensation of SPLAT_ANTIALIASED. */
  float *SPLAT_NULLABLE opacities;
} splat_outputs;

/** A render that a backward pass can start from. It keeps its own copies of what it needs. */
typedef struct splat_pass splat_pass;

/**
 * Renders `model` as `camera` sees it into the arrays of `outputs`.
 *
 * If `pass` is not NULL, a pass is stored in it, which the caller frees. It holds about 150 bytes
 * for each Gaussian, 50 for each pair of a Gaussian and a tile of 32 x 16 pixels that it reaches,
 * and 20 for each pixel.
 */
splat_status splat_render(
    splat_context *SPLAT_NULLABLE context, const splat_model *SPLAT_NULLABLE model,
    const splat_camera *SPLAT_NULLABLE camera, const splat_render_options *SPLAT_NULLABLE options,
    const splat_outputs *SPLAT_NULLABLE outputs, splat_pass *SPLAT_NULLABLE *SPLAT_NULLABLE pass);

/* ---------------------------------------------------------------------------------------------
 * Backward
 * ------------------------------------------------------------------------------------------ */

/**
 * The gradient of a loss L with respect to the images of a render. NULL means 0 everywhere. Strides
 * are as in splat_outputs.
 */
typedef struct splat_image_gradients {
  size_t struct_size;
  /** The size of the images, which must be the camera's. */
  int32_t width, height;
  /** dL/dcolor: red, green, blue. */
  const float *SPLAT_NULLABLE color;
  size_t color_row_stride, color_pixel_stride;
  /** dL/dalpha. */
  const float *SPLAT_NULLABLE alpha;
  size_t alpha_row_stride, alpha_pixel_stride;
  /** dL/d(accumulated depth), of a render that wrote depth or expected_depth. */
  const float *SPLAT_NULLABLE depth;
  size_t depth_row_stride, depth_pixel_stride;
  /** dL/d(expected depth), of such a render; without effect where alpha is 0. */
  const float *SPLAT_NULLABLE expected_depth;
  size_t expected_depth_row_stride, expected_depth_pixel_stride;
} splat_image_gradients;

/**
 * Where a backward pass adds the gradients of L: it adds to what the arrays hold. Set them to 0
 * first, or let several passes add up. Each is computed if it is not NULL. Gaussians that are not
 * drawn get none.
 */
typedef struct splat_gradients {
  size_t struct_size;
  /** The length of the arrays of Gaussians, which must be the model's at the render. */
  size_t count;
  /** count x 3: of the means, through their place in the image, shape, depth and view direction. */
  float *SPLAT_NULLABLE means;
  /** count x 4: of the quaternions as they were given, w, x, y, z. */
  float *SPLAT_NULLABLE quaternions;
  /** count x 3: of the scales as they were given, logarithms or not. */
  float *SPLAT_NULLABLE scales;
  /** count: of the opacities as they were given, logits or not. */
  float *SPLAT_NULLABLE opacities;
  /** Of the colours or harmonics, in the layout of splat_gaussians.colors. */
  float *SPLAT_NULLABLE colors;
  /** In the layout of splat_gaussians.sh_rest; only for a model that was given that way. */
  float *SPLAT_NULLABLE sh_rest;
  /** count x 2: of the projected centres through the image alone, 1 / pixels (densification). */
  float *SPLAT_NULLABLE means2d;
  /** count x 2: sums over pixels of the magnitudes of that gradient (AbsGS, gsplat's absgrad). */
  float *SPLAT_NULLABLE absolute_means2d;
  /**
   * 16: of the view matrix' entries, each taken as a free number; the camera's centre, which view
   * directions start from, as the last column of the inverse (as gsplat does). The last row gets 0.
   */
  double *SPLAT_NULLABLE view_matrix;
  /** 3: of the background. */
  double *SPLAT_NULLABLE background;
} splat_gradients;

/**
 * Adds the gradients of L to the arrays of `gradients`. A pass may go backward any number of times.
 *
 * An opacity that maximum_alpha limits and a colour that is clamped to 0 are constants.
 */
splat_status splat_render_backward(
    splat_pass *SPLAT_NULLABLE pass, const splat_image_gradients *SPLAT_NULLABLE image_gradients,
    const splat_gradients *SPLAT_NULLABLE gradients);

/** Frees a pass, or does nothing for NULL. Its memory goes back to the context. */
void splat_pass_free(splat_pass *SPLAT_NULLABLE pass);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif

/*
 * splat_files: models of Gaussians in files of every format that splat reads and writes.
 *
 * Link with -lsplat_files. It is a library of its own, which needs libpng, libjpeg-turbo, libwebp,
 * zlib, zstd and OpenBLAS; it does not need libsplat, and shares no handles with it. Results of
 * calls, structures, memory and threads are as splat.h says; a call of this library that fails is
 * explained by splat_files_last_error().
 */
#ifndef SPLAT_FILES_H
#define SPLAT_FILES_H

#include "splat.h"

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wnullability-extension"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this interface, as SPLAT_ABI_VERSION is that of splat.h. */
#define SPLAT_FILES_ABI_VERSION 1

/** The file was read, and its content is wrong. */
#define SPLAT_ERROR_CONTENT 4
/** The file does not exist or cannot be opened. */
#define SPLAT_ERROR_NOT_FOUND 5
/** The file cannot be written. Nothing is left of it, and a former file is unchanged. */
#define SPLAT_ERROR_WRITE 6

/** SPLAT_FILES_ABI_VERSION of the library that is loaded. */
uint32_t splat_files_abi_version(void);

/** As splat_last_error, for the functions of this header: file, place, found and expected. */
const char *SPLAT_NONNULL splat_files_last_error(void);

/** A model that was read from a file. */
typedef struct splat_files_model splat_files_model;

/** What a file says. */
typedef struct splat_files_info {
  size_t struct_size;
  /** The number of Gaussians. */
  size_t count;
  /** The number that was left out because a parameter is not finite or the rotation is zero. */
  size_t dropped;
  /** The degree of the harmonics, 0...4. */
  int32_t sh_degree;
  /** SPLAT_ANTIALIASED if the model looks right only when it is rendered that way, or 0. */
  uint32_t flags;
  /** What must be added to all means for the world's coordinates; 0 0 0 but for maps. */
  double origin[3];
  /** The unit vector that is up, or 0 0 0 if the file does not say. */
  double up[3];
  /**
   * The name of the format: "ply", "compressed-ply", "splat", "spz", "sog", "glb", "gltf" or
   * "ksplat". The text is valid until the model is freed.
   */
  const char *SPLAT_NULLABLE format;
  /**
   * What was read in another way than the file says, a line for each; "" if nothing was. The text
   * is valid until the model is freed.
   */
  const char *SPLAT_NULLABLE warnings;
} splat_files_info;

/**
 * Reads the model at `path`: a file of any format, a zip archive with one in it, or the folder of a
 * SOG model. Stores it in `model`. Damaged and hostile files are refused.
 */
splat_status splat_files_read(
    const char *SPLAT_NULLABLE path, splat_files_model *SPLAT_NULLABLE *SPLAT_NULLABLE model);

/**
 * Reads a model from the `size` bytes of a file. `name` is the file's name, for messages and for
 * its ending, where the bytes bear no mark of a format.
 */
splat_status splat_files_read_bytes(
    const void *SPLAT_NULLABLE bytes, size_t size, const char *SPLAT_NULLABLE name,
    splat_files_model *SPLAT_NULLABLE *SPLAT_NULLABLE model);

/** Fills `info`, whose struct_size the caller has set. */
splat_status splat_files_describe(
    const splat_files_model *SPLAT_NULLABLE model, splat_files_info *SPLAT_NULLABLE info);

/**
 * Where parameters are copied to, in the layout of splat_gaussians: log scales, quaternions of any
 * length, opacity logits. Each array is written if it is not NULL.
 */
typedef struct splat_files_arrays {
  size_t struct_size;
  /** The length of the arrays, which must be the model's. */
  size_t count;
  /** count x 3. */
  float *SPLAT_NULLABLE means;
  /** count x 4: w, x, y, z. */
  float *SPLAT_NULLABLE quaternions;
  /** count x 3: natural logarithms. */
  float *SPLAT_NULLABLE scales;
  /** count: logits. */
  float *SPLAT_NULLABLE opacities;
  /** count x K x 3, or count x 1 x 3 if sh_rest is not NULL; K = (sh_degree + 1)^2. */
  float *SPLAT_NULLABLE colors;
  /** count x (K - 1) x 3, or NULL. */
  float *SPLAT_NULLABLE sh_rest;
} splat_files_arrays;

/** Copies the parameters of a model to the arrays of `arrays`. */
splat_status splat_files_copy(
    const splat_files_model *SPLAT_NULLABLE model,
    const splat_files_arrays *SPLAT_NULLABLE arrays);

/** Frees a model, or does nothing for NULL. */
void splat_files_free(splat_files_model *SPLAT_NULLABLE model);

/** How a model is written. A NULL means that all members are 0. */
typedef struct splat_files_options {
  size_t struct_size;
  /** SPLAT_ANTIALIASED if the model is to be rendered that way, or 0. */
  uint32_t flags;
  /** The version of an SPZ file, 3 or 4; 0 means 3. */
  int32_t spz_version;
  /** The bits of each coefficient after the constant one in an SPZ file, 1...8; 0 means 8. */
  int32_t sh_bits;
  /** The number of threads; 0 takes one for each core. The bytes are the same for any. */
  int32_t threads;
  /** The format by its name in splat_files_info, or "points"; NULL means that of the ending. */
  const char *SPLAT_NULLABLE format;
} splat_files_options;

/**
 * Writes Gaussians, given in any form, to the file `path`, or for SOG to a folder whose path ends
 * with a slash. What a format cannot hold is left out or rounded; Gaussians that are not finite are
 * left out, except in a plain PLY file.
 */
splat_status splat_files_write(
    const char *SPLAT_NULLABLE path, const splat_gaussians *SPLAT_NULLABLE gaussians,
    const splat_files_options *SPLAT_NULLABLE options);

#ifdef __cplusplus
}
#endif

#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#endif

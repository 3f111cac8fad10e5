// What Package.swift says of the build, as text.
#define SPLAT_TEXT_OF(name) #name
#define SPLAT_TEXT(name) SPLAT_TEXT_OF(name)

// The processor that the kernels are compiled for, as -march names it.
static inline const char *splat_build_processor(void) { return SPLAT_TEXT(SPLAT_PROCESSOR); }
// The commit that a release is made from, or "unknown".
static inline const char *splat_build_commit(void) { return SPLAT_TEXT(SPLAT_COMMIT); }

#include <libheif/heif.h>

// The types of the functions that are looked up in libheif, which is loaded when it is needed.
#define SPLAT_TYPE_OF(name) typedef __typeof__(&name) name##_t
SPLAT_TYPE_OF(heif_context_alloc);
SPLAT_TYPE_OF(heif_context_free);
SPLAT_TYPE_OF(heif_context_set_maximum_image_size_limit);
SPLAT_TYPE_OF(heif_context_read_from_memory_without_copy);
SPLAT_TYPE_OF(heif_context_get_primary_image_handle);
SPLAT_TYPE_OF(heif_image_handle_release);
SPLAT_TYPE_OF(heif_image_handle_get_width);
SPLAT_TYPE_OF(heif_image_handle_get_height);
SPLAT_TYPE_OF(heif_image_handle_has_alpha_channel);
SPLAT_TYPE_OF(heif_image_handle_get_list_of_metadata_block_IDs);
SPLAT_TYPE_OF(heif_image_handle_get_metadata_size);
SPLAT_TYPE_OF(heif_image_handle_get_metadata);
SPLAT_TYPE_OF(heif_decode_image);
SPLAT_TYPE_OF(heif_image_release);
SPLAT_TYPE_OF(heif_image_get_plane_readonly);
SPLAT_TYPE_OF(heif_image_get_width);
SPLAT_TYPE_OF(heif_image_get_height);

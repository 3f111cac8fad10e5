/* Arrays that end at memory which must not be touched. */
#ifndef GUARDED_H
#define GUARDED_H

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* `size` bytes that end where a page begins that cannot be read or written. */
static void *guarded(size_t size) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  const size_t pages = (size + page - 1) / page;
  char *start = (char *)mmap(
      NULL, (pages + 2) * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == (char *)MAP_FAILED) exit(2);
  if (pages > 0 && mprotect(start + page, pages * page, PROT_READ | PROT_WRITE) != 0) exit(2);
  return start + (pages + 1) * page - size;
}

/* The same for `count` floats. */
static float *floats(size_t count) { return (float *)guarded(count * sizeof(float)); }

#endif

/* Checks that count what fails. */
#ifndef CHECKS_H
#define CHECKS_H

#include <splat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Which library the messages come from. */
#ifndef LAST_ERROR
#define LAST_ERROR splat_last_error
#endif

static int failures = 0;

#define EXPECT(condition)                                                              \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      fprintf(stderr, "%s:%d: not true: %s; the last error is \"%s\"\n", __FILE__,     \
              __LINE__, #condition, LAST_ERROR());                               \
      __sync_fetch_and_add(&failures, 1);                                              \
    }                                                                                  \
  } while (0)

/* The call fails with `status` and a message that has `words` in it. */
#define REFUSED(call, expected, words)                                                 \
  do {                                                                                 \
    const splat_status found = (call);                                                 \
    if (found != (expected) || strstr(LAST_ERROR(), (words)) == NULL) {          \
      fprintf(stderr, "%s:%d: %s gives %d and \"%s\"; expected %d and \"%s\"\n",       \
              __FILE__, __LINE__, #call, (int)found, LAST_ERROR(),               \
              (int)(expected), (words));                                               \
      __sync_fetch_and_add(&failures, 1);                                              \
    }                                                                                  \
  } while (0)

#endif

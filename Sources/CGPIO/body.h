#ifndef CGPIO_BODY_H
#define CGPIO_BODY_H

/* What both bodies need. */

#include "cgpio.h"

#include <errno.h>
#include <fcntl.h>
#include <gpiod.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* libgpiod leaves errno as the call that failed had it. */
static inline int failure(void) { return errno > 0 ? -errno : -EIO; }

static inline void copy_text(char *to, size_t size, const char *from) {
  size_t length = from == NULL ? 0 : strnlen(from, size - 1);
  if (length > 0) memcpy(to, from, length);
  to[length] = 0;
}

/* What CLOCK_BOOTTIME is ahead of CLOCK_MONOTONIC, by which edges are stamped: the time asleep. */
static inline int64_t time_asleep(void) {
  struct timespec boot, monotonic;
  clock_gettime(CLOCK_MONOTONIC, &monotonic);
  clock_gettime(CLOCK_BOOTTIME, &boot);
  int64_t ahead = ((int64_t)boot.tv_sec - monotonic.tv_sec) * 1000000000 +
                  (boot.tv_nsec - monotonic.tv_nsec);
  /* Two readings of a machine that never slept are microseconds apart. */
  return ahead < 1000000 ? 0 : ahead;
}

/* The same of an edge, by what was known of the one before: a machine that has slept has had no edges for
 * longer than this. Each look at the clocks costs as much as to read an edge. */
enum { ASLEEP_KNOWN_NANOSECONDS = 10000000 };

struct asleep {
  int64_t time;
  int64_t known_at; /* by CLOCK_MONOTONIC */
};

static inline int64_t asleep_at(struct asleep *known, int64_t edge) {
  if (edge - known->known_at > ASLEEP_KNOWN_NANOSECONDS || edge < known->known_at) {
    known->time = time_asleep();
    known->known_at = edge;
  }
  return known->time;
}

static inline int set_nonblocking(int descriptor) {
  int flags = fcntl(descriptor, F_GETFL);
  return flags < 0 ? -1 : fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
}

#endif

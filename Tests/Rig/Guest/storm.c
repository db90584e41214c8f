/*
 * Changes two lines of gpio-sim in turn, up and down, at a rate.
 *   storm PULL-FILE PULL-FILE CHANGES PERIOD-MICROSECONDS
 * Prints how many microseconds all of it took.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int lines[2] = {open(argv[1], O_WRONLY), open(argv[2], O_WRONLY)};
  long changes = atol(argv[3]), period = atol(argv[4]) * 1000;
  int64_t start = now(), due = start;
  for (long change = 0; change < changes; change++) {
    const char *level = change % 2 ? "pull-down" : "pull-up";
    size_t length = change % 2 ? 9 : 7;
    for (int line = 0; line < 2; line++) {
      if (pwrite(lines[line], level, length, 0) < 0) return 1;
    }
    /* Who is late goes on from there, so that there are no bursts. */
    due += period;
    if (due < now()) due = now();
    struct timespec until = {due / 1000000000, due % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
  }
  printf("%lld\n", (long long)((now() - start) / 1000));
  return 0;
}

// Preloaded into a gateway: a wall clock, a time since boot and a boot of which a file decides. It has
// three numbers: whether the clock is synchronized, the milliseconds that the wall clock is off, those
// that the time since boot is off. Beside it, with .boot behind its name, is the identifier of the boot.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

struct clocks {
  int is_synchronized;
  long long wall, boot;
};

static struct clocks read_clocks(void) {
  struct clocks clocks = {1, 0, 0};
  char text[128] = "";
  int file = syscall(SYS_openat, AT_FDCWD, getenv("TEST_CLOCK"), O_RDONLY | O_CLOEXEC);
  if (file < 0) return clocks;
  if (read(file, text, sizeof text - 1) > 0)
    sscanf(text, "%d %lld %lld", &clocks.is_synchronized, &clocks.wall, &clocks.boot);
  close(file);
  return clocks;
}

int adjtimex(struct timex *state) {
  memset(state, 0, sizeof *state);
  return read_clocks().is_synchronized ? TIME_OK : TIME_ERROR;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME)) return result;
  struct clocks clocks = read_clocks();
  long long offset = clock == CLOCK_REALTIME ? clocks.wall : clocks.boot;
  time->tv_sec += offset / 1000;
  return 0;
}

int open(const char *path, int flags, ...) {
  char boot[4096];
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = va_arg(arguments, int);
  va_end(arguments);
  if (strcmp(path, "/proc/sys/kernel/random/boot_id") == 0) {
    snprintf(boot, sizeof boot, "%s.boot", getenv("TEST_CLOCK"));
    path = boot;
  }
  return syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *, int, ...) __attribute__((alias("open")));

/* The least that appending durably can cost: COUNT times write(2) of 256 bytes into a file that has
 * its room, and fdatasync(2) after each GROUP of them, or never where GROUP is 0. The room is made
 * by posix_fallocate(3) or by writing zeros. Prints the seconds that appending took:
 *   SpoolBareLoop DIRECTORY COUNT GROUP fallocate|zeros */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void check(int is_good, const char *what) {
  if (is_good) return;
  perror(what);
  exit(1);
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: SpoolBareLoop DIRECTORY COUNT GROUP fallocate|zeros\n");
    return 2;
  }
  long count = atol(argv[2]), group = atol(argv[3]);
  static char payload[256], zeros[65536];
  memset(payload, '.', sizeof payload);
  char path[4096];
  snprintf(path, sizeof path, "%s/records", argv[1]);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
  check(file >= 0, "open");
  off_t size = (off_t)count * (off_t)sizeof payload;
  if (strcmp(argv[4], "zeros") == 0) {
    for (off_t end = 0; end < size; end += (off_t)sizeof zeros)
      check(write(file, zeros, sizeof zeros) == sizeof zeros, "write");
    check(lseek(file, 0, SEEK_SET) == 0, "lseek");
  } else if (size > 0) {
    check(posix_fallocate(file, 0, size) == 0, "posix_fallocate");
  }
  check(fsync(file) == 0, "fsync");

  double start = seconds();
  for (long number = 1; number <= count; number++) {
    check(write(file, payload, sizeof payload) == sizeof payload, "write");
    if (group > 0 && (number % group == 0 || number == count))
      check(fdatasync(file) == 0, "fdatasync");
  }
  printf("%.6f\n", seconds() - start);
  close(file);
  return 0;
}

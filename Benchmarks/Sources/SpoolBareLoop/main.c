/* The least that appending durably can cost: COUNT times write(2) of SIZE bytes into a file that has
 * its room, and fdatasync(2) after each GROUP of them, or never where GROUP is 0. The room is made
 * by posix_fallocate(3) or by writing zeros. Prints the seconds that appending took:
 *   SpoolBareLoop DIRECTORY COUNT SIZE GROUP fallocate|zeros */
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
  if (argc != 6) {
    fprintf(stderr, "usage: SpoolBareLoop DIRECTORY COUNT SIZE GROUP fallocate|zeros\n");
    return 2;
  }
  long count = atol(argv[2]), size = atol(argv[3]), group = atol(argv[4]);
  static char record[4096], zeros[65536];
  if (size < 1 || size > (long)sizeof record) return 2;
  memset(record, '.', sizeof record);
  char path[4096];
  snprintf(path, sizeof path, "%s/records", argv[1]);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
  check(file >= 0, "open");
  off_t room = (off_t)count * (off_t)size;
  if (strcmp(argv[5], "zeros") == 0) {
    for (off_t end = 0; end < room; end += (off_t)sizeof zeros)
      check(write(file, zeros, sizeof zeros) == sizeof zeros, "write");
    check(lseek(file, 0, SEEK_SET) == 0, "lseek");
  } else if (room > 0) {
    check(posix_fallocate(file, 0, room) == 0, "posix_fallocate");
  }
  check(fsync(file) == 0, "fsync");

  double start = seconds();
  for (long number = 1; number <= count; number++) {
    check(write(file, record, (size_t)size) == size, "write");
    if (group > 0 && (number % group == 0 || number == count))
      check(fdatasync(file) == 0, "fdatasync");
  }
  printf("%.6f\n", seconds() - start);
  close(file);
  return 0;
}

#ifndef CLINUX_H
#define CLINUX_H

/*
 * The headers of glibc that the shipped program uses, because Embedded Swift has no Glibc module,
 * and static inline wrappers for what Swift cannot import: variadic functions and macros.
 * No decisions are made here.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <malloc.h>
#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static inline int clinux_errno(void) { return errno; }

static inline int clinux_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

static inline int clinux_set_nonblocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* Watches `fd`, and tells `mark` when there is something to read or it has failed (epoll(7)). */
static inline int clinux_watch(int epoll, int fd, uint32_t mark) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = mark}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* The marks of what is ready within so many milliseconds, at most 16: how many, or -1. */
static inline int clinux_ready(int epoll, uint32_t marks[16], int milliseconds) {
  struct epoll_event events[16];
  int count = epoll_wait(epoll, events, 16, milliseconds);
  for (int i = 0; i < count; i++) marks[i] = events[i].data.u32;
  return count;
}

/* The calling thread's own nice value: Linux keeps one for each thread (setpriority(2)). */
static inline int clinux_set_thread_nice(int nice) { return setpriority(PRIO_PROCESS, 0, nice); }

static inline int clinux_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name); }

/* The arguments of main(), which Embedded Swift does not keep; argv ends with NULL. */
int clinux_argc(void);
char **clinux_argv(void);

/* More of a CRC-32C (Castagnoli, reflected), by the processor's instruction where it has one; the
 * register goes in and out as it is, without the final complement. */
uint32_t clinux_crc32c(uint32_t state, const void *bytes, size_t count);

/* The same without that instruction. */
uint32_t clinux_crc32c_portable(uint32_t state, const void *bytes, size_t count);

/* getopt_long(3) keeps its place in global variables, which Swift 6 does not touch. */
struct clinux_found_option {
  int value;            /* what getopt_long returned */
  const char *argument; /* optarg */
  int next;             /* optind */
};

static inline struct clinux_found_option clinux_next_option(int argc, char **argv,
                                                            const char *short_options,
                                                            const struct option *long_options,
                                                            int restart) {
  if (restart) optind = 0;
  opterr = 0;
  int value = getopt_long(argc, argv, short_options, long_options, NULL);
  struct clinux_found_option found = {value, optarg, optind};
  return found;
}

static inline int clinux_stat_is_directory(const struct stat *status) {
  return S_ISDIR(status->st_mode);
}

static inline int clinux_stat_is_socket(const struct stat *status) {
  return S_ISSOCK(status->st_mode);
}

static inline int clinux_set_close_on_exec(int fd) { return fcntl(fd, F_SETFD, FD_CLOEXEC); }

/* The address of a Unix socket; the path is shorter than sun_path. */
static inline socklen_t clinux_unix_address(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strncpy(address->sun_path, path, sizeof address->sun_path - 1);
  return sizeof *address;
}

static inline size_t clinux_unix_path_max(void) {
  return sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
}

#endif

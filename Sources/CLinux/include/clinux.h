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
#include <malloc.h>
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
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
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

static inline int clinux_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name); }

static inline int clinux_stat_is_directory(const struct stat *status) {
  return S_ISDIR(status->st_mode);
}

#endif

#ifndef CMODBUS_SHIM_H
#define CMODBUS_SHIM_H

/*
 * libmodbus, and the calls around it that need a socket, a serial line or wait for several clients.
 * Wrappers return a negative errno where the call fails, so that nothing can change errno between
 * the call and its reading. No decisions are made here.
 */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/serial.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* libmodbus numbers its own errors from here: exceptions, then faults of the frame. */
static const int cmodbus_error_base = MODBUS_ENOBASE;
static const int cmodbus_last_exception = EMBXGTAR;
static const int cmodbus_last_error = EMBBADSLAVE;

/* libmodbus waits with select(2), which must not see a higher descriptor. */
static const int cmodbus_descriptor_limit = FD_SETSIZE;

static inline int cmodbus_failure(int result) { return result < 0 ? -errno : result; }

static inline int cmodbus_receive(modbus_t *context, uint8_t *frame) {
  errno = 0;
  return cmodbus_failure(modbus_receive(context, frame));
}

static inline int cmodbus_open_serial(modbus_t *context) {
  errno = 0;
  return cmodbus_failure(modbus_connect(context));
}

/* Without the check; the backend adds it. */
static inline int cmodbus_send(modbus_t *context, const uint8_t *request, int length) {
  errno = 0;
  return cmodbus_failure(modbus_send_raw_request(context, (uint8_t *)request, length));
}

/* All of the bytes, or none: they are few. */
static inline int cmodbus_send_bytes(int fd, const uint8_t *bytes, size_t count) {
  ssize_t sent = send(fd, bytes, count, MSG_NOSIGNAL);
  return sent == (ssize_t)count ? 0 : sent < 0 ? -errno : -EIO;
}

static inline int cmodbus_receive_answer(modbus_t *context, uint8_t *frame) {
  errno = 0;
  return cmodbus_failure(modbus_receive_confirmation(context, frame));
}

static inline int cmodbus_listen(modbus_t *context, int backlog) {
  errno = 0;
  return cmodbus_failure(modbus_tcp_pi_listen(context, backlog));
}

static inline int cmodbus_accept(int listener) {
  return cmodbus_failure(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

/* 1 while nothing has arrived and the other end has not closed. */
static inline int cmodbus_is_idle(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* 1 while the other end has not closed, whatever has arrived. */
static inline int cmodbus_is_open(int fd) {
  char byte;
  ssize_t count = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count > 0 || (count < 0 && errno == EAGAIN);
}

/* Reads and forgets `count` bytes, at most a frame's; 0 where they are not all there. */
static inline int cmodbus_discard(int fd, int count) {
  char bytes[MODBUS_TCP_MAX_ADU_LENGTH];
  return count == 0 || recv(fd, bytes, (size_t)count, MSG_DONTWAIT) == count;
}

/* The port that a listening socket has (getsockname(2)), or a negative errno. */
static inline int cmodbus_port(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return -errno;
  return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                             : ((struct sockaddr_in *)&address)->sin_port);
}

/* Reports `fd` as ready whenever there is something to read, or it has failed. */
static inline int cmodbus_watch(int epoll, int fd) {
  struct epoll_event event = {.events = EPOLLIN, .data = {.fd = fd}};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

/* One watched descriptor that is ready now, or -1. */
static inline int cmodbus_ready(int epoll) {
  struct epoll_event event;
  return epoll_wait(epoll, &event, 1, 0) == 1 ? event.data.fd : -1;
}

/* Waits for bytes and reads them: how many, 0 where none came in time; the end is -ECONNRESET. */
static inline int cmodbus_hear(int fd, int64_t nanoseconds, uint8_t *bytes, size_t size) {
  struct pollfd request = {.fd = fd, .events = POLLIN};
  struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  int ready;
  do {
    ready = ppoll(&request, 1, &limit, NULL);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return cmodbus_failure(ready);
  ssize_t count = read(fd, bytes, size);
  if (count > 0) return (int)count;
  return count == 0 ? -ECONNRESET : errno == EAGAIN ? 0 : -errno;
}

static const int cmodbus_serial_flags = O_RDWR | O_NOCTTY | O_NONBLOCK;

/* From now on nobody else can open the line, but for root (ioctl_tty(2)). */
static inline int cmodbus_exclude_others(int fd) {
  return cmodbus_failure(ioctl(fd, TIOCEXCL));
}

/* Delays in milliseconds (linux/serial.h). */
static inline int cmodbus_set_rs485(int fd, int rts_to_send, uint32_t before, uint32_t after) {
  struct serial_rs485 settings = {
      .flags = SER_RS485_ENABLED | (rts_to_send ? SER_RS485_RTS_ON_SEND : SER_RS485_RTS_AFTER_SEND),
      .delay_rts_before_send = before,
      .delay_rts_after_send = after,
  };
  return cmodbus_failure(ioctl(fd, TIOCSRS485, &settings));
}

static inline int cmodbus_set_rts(int fd, int is_on) {
  int signal = TIOCM_RTS;
  return cmodbus_failure(ioctl(fd, is_on ? TIOCMBIS : TIOCMBIC, &signal));
}

/* Returns when the last character has left (tcdrain(3)). */
static inline int cmodbus_wait_until_sent(int fd) { return cmodbus_failure(tcdrain(fd)); }

/* The name of the group that a file belongs to; 0 where it cannot be told. */
static inline int cmodbus_group(const char *path, char *name, size_t size) {
  char entry[1024];
  struct stat status;
  struct group group, *found = NULL;
  if (stat(path, &status) < 0) return 0;
  getgrgid_r(status.st_gid, &group, entry, sizeof entry, &found);
  return found != NULL && snprintf(name, size, "%s", group.gr_name) < (int)size;
}

#endif

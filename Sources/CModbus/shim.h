#ifndef CMODBUS_SHIM_H
#define CMODBUS_SHIM_H

/*
 * libmodbus, and the calls around it that need a socket or wait for several clients. Wrappers that call into libmodbus return a negative errno where it fails, so that
 * nothing can change errno between the call and its reading. No decisions are made here.
 */

#include <errno.h>
#include <modbus/modbus.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/* libmodbus numbers its own errors from here: exceptions, then faults of the frame. */
static const int cmodbus_error_base = MODBUS_ENOBASE;
static const int cmodbus_last_exception = EMBXGTAR;
static const int cmodbus_last_error = EMBBADSLAVE;

/* libmodbus waits with select(2), which must not see a higher descriptor. */
static const int cmodbus_descriptor_limit = FD_SETSIZE;

static inline int cmodbus_failure(int result) { return result < 0 ? -errno : result; }

static inline int cmodbus_read_holding(modbus_t *context, int address, int count, uint16_t *words) {
  errno = 0;
  return cmodbus_failure(modbus_read_registers(context, address, count, words));
}

static inline int cmodbus_read_input(modbus_t *context, int address, int count, uint16_t *words) {
  errno = 0;
  return cmodbus_failure(modbus_read_input_registers(context, address, count, words));
}

static inline int cmodbus_read_coils(modbus_t *context, int address, int count, uint8_t *bits) {
  errno = 0;
  return cmodbus_failure(modbus_read_bits(context, address, count, bits));
}

static inline int cmodbus_read_discrete(modbus_t *context, int address, int count, uint8_t *bits) {
  errno = 0;
  return cmodbus_failure(modbus_read_input_bits(context, address, count, bits));
}

static inline int cmodbus_receive(modbus_t *context, uint8_t *frame) {
  errno = 0;
  return cmodbus_failure(modbus_receive(context, frame));
}

static inline int cmodbus_open_serial(modbus_t *context) {
  errno = 0;
  return cmodbus_failure(modbus_connect(context));
}

static inline int cmodbus_listen(modbus_t *context, int backlog) {
  errno = 0;
  return cmodbus_failure(modbus_tcp_pi_listen(context, backlog));
}

static inline int cmodbus_accept(modbus_t *context, int listener) {
  errno = 0;
  return cmodbus_failure(modbus_tcp_pi_accept(context, &listener));
}

/* 1 while nothing has arrived and the other end has not closed. */
static inline int cmodbus_is_idle(int fd) {
  char byte;
  return recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
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

#endif

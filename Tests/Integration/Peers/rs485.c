// Preloaded into a gateway: a serial driver that has RTS and RS-485, in front of a pseudo-terminal,
// which has neither. What the gateway asks of it goes into a file, a line each.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static void note(const char *format, ...) {
  char line[128];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  int file = open(getenv("TEST_RS485"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  syscall(SYS_write, file, line, length);
  close(file);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  struct serial_rs485 *settings = argument;
  switch (request) {
    case TIOCSRS485:
      note("rs485 flags %u before %u after %u\n", settings->flags, settings->delay_rts_before_send,
           settings->delay_rts_after_send);
      return 0;
    case TIOCMBIS:
      note("rts on\n");
      return 0;
    case TIOCMBIC:
      note("rts off\n");
      return 0;
    default:
      return syscall(SYS_ioctl, fd, request, argument);
  }
}

int tcdrain(int fd) {
  note("drain\n");
  return syscall(SYS_ioctl, fd, TCSBRK, 1);
}

// Requests are eight bytes on a serial line.
ssize_t write(int fd, const void *bytes, size_t count) {
  if (count == 8 && isatty(fd)) note("request\n");
  return syscall(SYS_write, fd, bytes, count);
}

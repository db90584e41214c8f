/* Reads REGISTERS holding registers COUNT times by libmodbus and nothing else, and prints polls a
 * second and CPU microseconds a poll: PollBare PORT REGISTERS COUNT */
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int registers = atoi(argv[2]), count = atoi(argv[3]);
  uint16_t words[MODBUS_MAX_READ_REGISTERS];
  modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  if (modbus_connect(context) < 0 || modbus_set_slave(context, 1) < 0) return 1;
  double start = 0, cpu_start = 0;
  /* A tenth of them first, to be warm. */
  for (int i = -count / 10; i < count; i++) {
    if (i == 0) start = seconds(CLOCK_MONOTONIC), cpu_start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (modbus_read_registers(context, 0, registers, words) != registers) return 1;
  }
  printf("%.0f %.3f\n", count / (seconds(CLOCK_MONOTONIC) - start),
         (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_start) * 1e6 / count);
  modbus_close(context);
  return 0;
}

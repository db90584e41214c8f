/* Serves holding registers to one client, and notes how long after a tick of the wall clock each
 * request comes: TurnServer PORT PERIOD-MS OFFSET-MS COUNT
 * Prints the median, the 99th percentile and the greatest of COUNT, in microseconds. */
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int64_t period = atoi(argv[2]) * 1000000LL, offset = atoi(argv[3]) * 1000000LL;
  int count = atoi(argv[4]), have = -5; /* The first are not in step yet. */
  double *late = calloc((size_t)count, sizeof *late);
  modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_mapping_t *mapping = modbus_mapping_new(0, 0, 100, 0);
  int listener = modbus_tcp_listen(context, 1);
  uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
  if (listener < 0 || modbus_tcp_accept(context, &listener) < 0) return 1;
  while (have < count) {
    struct timespec time;
    int length = modbus_receive(context, request);
    clock_gettime(CLOCK_REALTIME, &time);
    if (length <= 0) return 1;
    modbus_reply(context, request, length, mapping);
    int64_t since = (time.tv_sec * 1000000000LL + time.tv_nsec - offset) % period;
    if (since > period / 2) since -= period; /* too early */
    if (have >= 0) late[have] = since / 1e3;
    have++;
  }
  qsort(late, (size_t)count, sizeof *late, ascending);
  printf("%.0f %.0f %.0f\n", late[count / 2], late[count * 99 / 100], late[count - 1]);
  return 0;
}

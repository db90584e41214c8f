/* Sleeps until each tick of the wall clock by clock_nanosleep(2), and reads two registers by libmodbus
 * there: TurnBare PORT PERIOD-MS OFFSET-MS
 * Ends when the server does. */
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int64_t period = atoi(argv[2]) * 1000000LL, offset = atoi(argv[3]) * 1000000LL;
  uint16_t words[2];
  modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  if (modbus_connect(context) < 0 || modbus_set_slave(context, 1) < 0) return 1;
  do {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    int64_t now = time.tv_sec * 1000000000LL + time.tv_nsec;
    int64_t next = now - (now - offset) % period + period;
    time.tv_sec = next / 1000000000;
    time.tv_nsec = next % 1000000000;
    while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) != 0) {
    }
  } while (modbus_read_registers(context, 0, 2, words) == 2);
  return 0;
}

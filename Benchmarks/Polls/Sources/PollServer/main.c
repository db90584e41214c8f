/* Serves 100 holding registers to one client at a time: PollServer PORT */
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  modbus_t *context = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
  modbus_mapping_t *mapping = modbus_mapping_new(0, 0, 100, 0);
  int listener = modbus_tcp_listen(context, 8);
  if (listener < 0) return 1;
  uint8_t request[MODBUS_TCP_MAX_ADU_LENGTH];
  while (modbus_tcp_accept(context, &listener) >= 0) {
    int length;
    while ((length = modbus_receive(context, request)) > 0)
      modbus_reply(context, request, length, mapping);
    close(modbus_get_socket(context));
  }
  return 1;
}

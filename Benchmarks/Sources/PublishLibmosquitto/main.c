/* Publishes COUNT messages of 256 bytes with QoS 1 and WINDOW in flight by libmosquitto, and waits
 * for all acknowledgements: PublishLibmosquitto PORT COUNT WINDOW */
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long acknowledged;

static void on_publish(struct mosquitto *client, void *context, int identifier) {
  (void)client;
  (void)context;
  (void)identifier;
  acknowledged++;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: PublishLibmosquitto PORT COUNT WINDOW\n");
    return 2;
  }
  long count = atol(argv[2]), window = atol(argv[3]), sent = 0;
  char payload[256];
  memset(payload, '.', sizeof payload);

  mosquitto_lib_init();
  struct mosquitto *client = mosquitto_new("benchmark-libmosquitto", true, NULL);
  mosquitto_publish_callback_set(client, on_publish);
  mosquitto_int_option(client, MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_int_option(client, MOSQ_OPT_SEND_MAXIMUM, (int)window);
  if (mosquitto_connect(client, "127.0.0.1", atoi(argv[1]), 60) != MOSQ_ERR_SUCCESS) return 1;
  while (acknowledged < count) {
    while (sent < count && sent - acknowledged < window) {
      int result = mosquitto_publish(client, NULL, "benchmark/libmosquitto", sizeof payload,
                                     payload, 1, false);
      if (result != MOSQ_ERR_SUCCESS) return 1;
      sent++;
    }
    if (mosquitto_loop(client, 1000, 1) != MOSQ_ERR_SUCCESS) return 1;
  }
  mosquitto_disconnect(client);
  mosquitto_loop(client, 100, 1);
  return 0;
}

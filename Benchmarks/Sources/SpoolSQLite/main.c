/* SQLite in WAL mode as a queue of records of 256 bytes.
 *   SpoolSQLite append DIRECTORY COUNT GROUP FULL|NORMAL|OFF
 * puts in COUNT, each GROUP in a transaction, and prints the seconds that it took.
 *   SpoolSQLite open DIRECTORY
 * prints the milliseconds to open a queue that is there, the milliseconds to its first record, and
 * the private memory in KiB before and after. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *queue;

static void check(int result) {
  if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW) return;
  fprintf(stderr, "SpoolSQLite: %s\n", sqlite3_errmsg(queue));
  exit(1);
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static long private_kibibytes(void) {
  long sum = 0, value;
  char line[256];
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  if (!file) return -1;
  while (fgets(line, sizeof line, file))
    if (sscanf(line, "Private_Dirty: %ld", &value) == 1) sum += value;
  fclose(file);
  return sum;
}

static void run(const char *statement) { check(sqlite3_exec(queue, statement, NULL, NULL, NULL)); }

static void open_queue(const char *directory, const char *synchronous) {
  char text[4096];
  snprintf(text, sizeof text, "%s/queue.db", directory);
  check(sqlite3_open(text, &queue));
  run("PRAGMA journal_mode=WAL");
  snprintf(text, sizeof text, "PRAGMA synchronous=%s", synchronous);
  run(text);
  run("CREATE TABLE IF NOT EXISTS queue (sequence INTEGER PRIMARY KEY, payload BLOB)");
}

static int append(const char *directory, long count, long group, const char *synchronous) {
  static char payload[256];
  memset(payload, '.', sizeof payload);
  open_queue(directory, synchronous);
  sqlite3_stmt *insert, *begin, *commit;
  check(sqlite3_prepare_v2(queue, "INSERT INTO queue (payload) VALUES (?)", -1, &insert, NULL));
  check(sqlite3_prepare_v2(queue, "BEGIN", -1, &begin, NULL));
  check(sqlite3_prepare_v2(queue, "COMMIT", -1, &commit, NULL));
  double start = seconds();
  for (long number = 0; number < count; number++) {
    if (number % group == 0) {
      check(sqlite3_step(begin));
      check(sqlite3_reset(begin));
    }
    check(sqlite3_bind_blob(insert, 1, payload, sizeof payload, SQLITE_STATIC));
    check(sqlite3_step(insert));
    check(sqlite3_reset(insert));
    if ((number + 1) % group == 0 || number + 1 == count) {
      check(sqlite3_step(commit));
      check(sqlite3_reset(commit));
    }
  }
  printf("%.6f\n", seconds() - start);
  sqlite3_finalize(insert);
  sqlite3_finalize(begin);
  sqlite3_finalize(commit);
  check(sqlite3_close(queue));
  return 0;
}

static int open_existing(const char *directory) {
  long before = private_kibibytes();
  double start = seconds();
  open_queue(directory, "NORMAL");
  double opened = seconds();
  sqlite3_stmt *select;
  check(sqlite3_prepare_v2(queue, "SELECT sequence, payload FROM queue ORDER BY sequence LIMIT 1",
                           -1, &select, NULL));
  if (sqlite3_step(select) != SQLITE_ROW) return 1;
  double found = seconds();
  printf("%.2f %.2f %ld %ld\n", (opened - start) * 1e3, (found - start) * 1e3, before,
         private_kibibytes());
  sqlite3_finalize(select);
  check(sqlite3_close(queue));
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 6 && strcmp(argv[1], "append") == 0)
    return append(argv[2], atol(argv[3]), atol(argv[4]), argv[5]);
  if (argc == 3 && strcmp(argv[1], "open") == 0) return open_existing(argv[2]);
  fprintf(stderr, "usage: SpoolSQLite append DIRECTORY COUNT GROUP FULL|NORMAL|OFF\n"
                  "       SpoolSQLite open DIRECTORY\n");
  return 2;
}

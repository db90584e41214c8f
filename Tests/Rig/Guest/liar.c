// A disk's promise that is none, for the test of the test: the gateway believes that it has made its
// records durable. Loaded before the C library.
int fdatasync(int descriptor) {
  (void)descriptor;
  return 0;
}

int fsync(int descriptor) {
  (void)descriptor;
  return 0;
}

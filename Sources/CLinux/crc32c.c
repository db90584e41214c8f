#include "clinux.h"

#if defined(__aarch64__)
#include <sys/auxv.h>
#endif

/* 0x82F63B78 is the polynomial with its bits reversed (RFC 3720, appendix B.4). */
static const uint32_t polynomial = 0x82F63B78;

/* A byte at a time, with a table of 1 KiB that is filled when it is first needed. */
uint32_t clinux_crc32c_portable(uint32_t state, const void *start, size_t count) {
  const unsigned char *bytes = start;
  static uint32_t table[256];
  /* Two threads that fill it at once write the same. */
  if (!__atomic_load_n(&table[128], __ATOMIC_ACQUIRE)) {
    for (uint32_t byte = 255; byte > 0; byte--) {
      uint32_t remainder = byte;
      for (int bit = 0; bit < 8; bit++)
        remainder = remainder & 1 ? remainder >> 1 ^ polynomial : remainder >> 1;
      if (byte != 128) __atomic_store_n(&table[byte], remainder, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&table[128], polynomial, __ATOMIC_RELEASE);
  }
  while (count--) state = table[(state ^ *bytes++) & 0xFF] ^ state >> 8;
  return state;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t in_hardware(uint32_t state,
                                                              const unsigned char *bytes,
                                                              size_t count) {
  uint64_t wide = state;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t eight;
    memcpy(&eight, bytes, 8);
    wide = __builtin_ia32_crc32di(wide, eight);
  }
  state = (uint32_t)wide;
  while (count--) state = __builtin_ia32_crc32qi(state, *bytes++);
  return state;
}

static int has_hardware(void) {
  unsigned int a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
  return c >> 20 & 1; /* SSE4.2 */
}
#elif defined(__aarch64__)
__attribute__((target("crc"))) static uint32_t in_hardware(uint32_t state,
                                                           const unsigned char *bytes,
                                                           size_t count) {
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t eight;
    memcpy(&eight, bytes, 8);
    state = __builtin_arm_crc32cd(state, eight);
  }
  while (count--) state = __builtin_arm_crc32cb(state, *bytes++);
  return state;
}

static int has_hardware(void) { return getauxval(AT_HWCAP) >> 7 & 1; /* HWCAP_CRC32 */ }
#else
static uint32_t in_hardware(uint32_t state, const unsigned char *bytes, size_t count) {
  return clinux_crc32c_portable(state, bytes, count);
}

static int has_hardware(void) { return 0; }
#endif

uint32_t clinux_crc32c(uint32_t state, const void *bytes, size_t count) {
  static int hardware = -1;
  int known = __atomic_load_n(&hardware, __ATOMIC_RELAXED);
  if (known < 0) {
    known = has_hardware();
    __atomic_store_n(&hardware, known, __ATOMIC_RELAXED);
  }
  return known ? in_hardware(state, bytes, count) : clinux_crc32c_portable(state, bytes, count);
}

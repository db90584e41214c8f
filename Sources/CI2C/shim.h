#ifndef CI2C_SHIM_H
#define CI2C_SHIM_H

/*
 * The kernel's I2C adapters (Documentation/i2c/dev-interface.rst), and libi2c for those that speak
 * SMBus alone. Calls give a negative errno where they fail. No decisions are made here.
 */

#include <errno.h>
#include <i2c/smbus.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <stdint.h>
#include <sys/ioctl.h>

static const unsigned long ci2c_can_transfer = I2C_FUNC_I2C;
static const unsigned long ci2c_can_quick = I2C_FUNC_SMBUS_QUICK;
static const unsigned long ci2c_can_read_byte = I2C_FUNC_SMBUS_READ_BYTE;
static const unsigned long ci2c_can_read_block = I2C_FUNC_SMBUS_READ_I2C_BLOCK;

static inline int ci2c_failure(int result) { return result < 0 ? -errno : result; }

/* What the adapter can do, or 0. */
static inline unsigned long ci2c_functions(int fd) {
  unsigned long functions = 0;
  return ioctl(fd, I2C_FUNCS, &functions) < 0 ? 0 : functions;
}

/* The time after which the kernel gives a transfer up, in units of 10 ms. */
static inline int ci2c_set_timeout(int fd, unsigned long units) {
  return ci2c_failure(ioctl(fd, I2C_TIMEOUT, units));
}

/* How often the kernel tries again where it lost the bus to another master. */
static inline int ci2c_set_retries(int fd, unsigned long count) {
  return ci2c_failure(ioctl(fd, I2C_RETRIES, count));
}

/* The address of the calls of SMBus; EBUSY where a driver of the kernel has it. */
static inline int ci2c_set_address(int fd, unsigned long address) {
  return ci2c_failure(ioctl(fd, I2C_SLAVE, address));
}

/* Writes, then reads with a repeated start; either may be nothing, both are the address alone. */
static inline int ci2c_transfer(int fd, uint16_t address, const uint8_t *out, uint16_t out_count,
                                uint8_t *in, uint16_t in_count) {
  struct i2c_msg messages[2];
  struct i2c_rdwr_ioctl_data request = {.msgs = messages, .nmsgs = 0};
  if (out_count > 0 || in_count == 0) {
    messages[request.nmsgs++] =
        (struct i2c_msg){.addr = address, .flags = 0, .len = out_count, .buf = (uint8_t *)out};
  }
  if (in_count > 0) {
    messages[request.nmsgs++] =
        (struct i2c_msg){.addr = address, .flags = I2C_M_RD, .len = in_count, .buf = in};
  }
  return ci2c_failure(ioctl(fd, I2C_RDWR, &request));
}

#endif

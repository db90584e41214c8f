#ifndef CMODBUS_SHIM_H
#define CMODBUS_SHIM_H

#include <errno.h>
#include <modbus.h>

/* errno is a macro, which Swift does not import. */
static inline int cmodbus_errno(void) { return errno; }

#endif

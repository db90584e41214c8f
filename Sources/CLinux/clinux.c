#include "clinux.h"

static int argument_count;
static char **arguments;

/* glibc passes main()'s arguments to constructors, too. */
__attribute__((constructor)) static void keep_arguments(int argc, char **argv) {
  argument_count = argc;
  arguments = argv;
}

int clinux_argc(void) { return argument_count; }

char **clinux_argv(void) { return arguments; }

#ifdef GODWIT_EMBEDDED
/*
 * Double(String) of Embedded Swift expects this symbol; the regular runtime brings its own.
 * The program never calls setlocale, so strtod reads numbers as the C locale does.
 * Returns the end of what was read, or NULL where text is not a number from its first byte.
 */
const char *_swift_stdlib_strtod_clocale(const char *text, double *value) {
  char *end = NULL;
  *value = strtod(text, &end);
  return end == text ? NULL : end;
}
#endif

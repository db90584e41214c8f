#ifndef CGPIO_H
#define CGPIO_H

/*
 * One face for the two interfaces of libgpiod: 1.6 (Debian 12) and 2.x (Debian 13). Each has a body
 * of its own; nobody beyond learns which one is there. Functions that can fail give a negative errno.
 * A line has a request of its own, so that a storm of edges on one fills no other's buffer.
 */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

struct cgpio_chip;
struct cgpio_line;

enum cgpio_bias { CGPIO_BIAS_AS_IS, CGPIO_BIAS_DISABLED, CGPIO_BIAS_PULL_UP, CGPIO_BIAS_PULL_DOWN };

enum cgpio_edges { CGPIO_EDGES_NONE, CGPIO_EDGES_RISING, CGPIO_EDGES_FALLING, CGPIO_EDGES_BOTH };

/* How a line is wanted. */
struct cgpio_settings {
  enum cgpio_bias bias;
  enum cgpio_edges edges;
  int active_low;
  uint32_t debounce_microseconds; /* 0: none */
  uint32_t buffer;                /* edges that the kernel is to keep, where that can be chosen */
};

/* What is known of a line; texts of the kernel are cut to its own limit. */
struct cgpio_line_info {
  char name[32];     /* empty where it has none */
  char consumer[32]; /* who holds it; empty where nobody is named */
  int is_used;
  int is_output;
  int is_active_low;
};

/* A change of a line's level. */
struct cgpio_edge {
  int64_t nanoseconds; /* since boot (CLOCK_BOOTTIME), taken by the kernel */
  uint32_t sequence;   /* counts this line's edges from 1; 0 where the kernel does not count them */
  int is_rising;       /* from inactive to active */
};

/* Opens the chip of a device file. -ENODEV: a file, but no chip's. */
int cgpio_chip_open(const char *path, struct cgpio_chip **chip);
void cgpio_chip_close(struct cgpio_chip *chip);

/* "gpiochip0"; its driver's name for it; how many lines it has. Valid while it is open. */
const char *cgpio_chip_name(struct cgpio_chip *chip);
const char *cgpio_chip_label(struct cgpio_chip *chip);
uint32_t cgpio_chip_line_count(struct cgpio_chip *chip);

/* The offset of the line of that name, or -ENOENT. */
int cgpio_chip_find(struct cgpio_chip *chip, const char *name);

int cgpio_chip_line_info(struct cgpio_chip *chip, uint32_t offset, struct cgpio_line_info *info);

/* Takes a line as an input, as consumer "godwit". The chip must stay open until it is released. */
int cgpio_line_request(struct cgpio_chip *chip, uint32_t offset,
                       const struct cgpio_settings *settings, struct cgpio_line **line);
void cgpio_line_release(struct cgpio_line *line);

/* A descriptor that is readable while there are edges. */
int cgpio_line_descriptor(struct cgpio_line *line);

/* Whether edges and values come debounced. */
int cgpio_line_is_debounced(struct cgpio_line *line);

/* 1 active, 0 inactive. -ENODEV: the chip is gone. */
int cgpio_line_value(struct cgpio_line *line);

/* The most edges that one call reads. */
enum { CGPIO_EDGES_MAX = 64 };

/*
 * Takes the edges that wait, up to CGPIO_EDGES_MAX: how many; 0 where there are none.
 * `was_full` is set where the kernel's buffer may have had no room for another edge, `has_more` where
 * there may be further ones to read at once.
 */
int cgpio_line_read(struct cgpio_line *line, struct cgpio_edge *edges, int *was_full,
                    int *has_more);

#endif

#include "body.h"

/* libgpiod 1.x, over the kernel's first interface: no debouncing, no sequence numbers, and room for
 * 16 edges; further ones are dropped without a word (drivers/gpio/gpiolib-cdev.c, lineevent_state). */
#ifdef GPIOD_LINE_BULK_MAX_LINES

enum { KERNEL_BUFFER = 16 };

struct cgpio_chip {
  struct gpiod_chip *chip;
};

struct cgpio_line {
  struct gpiod_line *line;
  int has_edges;
  struct asleep asleep;
};

int cgpio_chip_open(const char *path, struct cgpio_chip **chip) {
  errno = 0;
  struct gpiod_chip *opened = gpiod_chip_open(path);
  if (opened == NULL) return errno == ENOTTY || errno == EINVAL ? -ENODEV : failure();
  *chip = malloc(sizeof **chip);
  if (*chip == NULL) {
    gpiod_chip_close(opened);
    return -ENOMEM;
  }
  (*chip)->chip = opened;
  return 0;
}

void cgpio_chip_close(struct cgpio_chip *chip) {
  gpiod_chip_close(chip->chip);
  free(chip);
}

const char *cgpio_chip_name(struct cgpio_chip *chip) { return gpiod_chip_name(chip->chip); }

const char *cgpio_chip_label(struct cgpio_chip *chip) { return gpiod_chip_label(chip->chip); }

uint32_t cgpio_chip_line_count(struct cgpio_chip *chip) { return gpiod_chip_num_lines(chip->chip); }

int cgpio_chip_find(struct cgpio_chip *chip, const char *name) {
  errno = 0;
  struct gpiod_line *line = gpiod_chip_find_line(chip->chip, name);
  return line == NULL ? failure() : (int)gpiod_line_offset(line);
}

int cgpio_chip_line_info(struct cgpio_chip *chip, uint32_t offset, struct cgpio_line_info *info) {
  errno = 0;
  struct gpiod_line *line = gpiod_chip_get_line(chip->chip, offset);
  if (line == NULL || gpiod_line_update(line) < 0) return failure();
  copy_text(info->name, sizeof info->name, gpiod_line_name(line));
  copy_text(info->consumer, sizeof info->consumer, gpiod_line_consumer(line));
  info->is_used = gpiod_line_is_used(line);
  info->is_output = gpiod_line_direction(line) == GPIOD_LINE_DIRECTION_OUTPUT;
  info->is_active_low = gpiod_line_active_state(line) == GPIOD_LINE_ACTIVE_STATE_LOW;
  return 0;
}

static int request_type(enum cgpio_edges edges) {
  switch (edges) {
    case CGPIO_EDGES_RISING: return GPIOD_LINE_REQUEST_EVENT_RISING_EDGE;
    case CGPIO_EDGES_FALLING: return GPIOD_LINE_REQUEST_EVENT_FALLING_EDGE;
    case CGPIO_EDGES_BOTH: return GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES;
    default: return GPIOD_LINE_REQUEST_DIRECTION_INPUT;
  }
}

static int request_flags(const struct cgpio_settings *settings) {
  int flags = settings->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  switch (settings->bias) {
    case CGPIO_BIAS_DISABLED: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGPIO_BIAS_PULL_UP: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return flags | GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    default: return flags;
  }
}

int cgpio_line_request(struct cgpio_chip *chip, uint32_t offset,
                       const struct cgpio_settings *settings, struct cgpio_line **line) {
  errno = 0;
  struct gpiod_line *found = gpiod_chip_get_line(chip->chip, offset);
  if (found == NULL) return failure();
  struct gpiod_line_request_config config = {
      .consumer = "godwit",
      .request_type = request_type(settings->edges),
      .flags = request_flags(settings),
  };
  if (gpiod_line_request(found, &config, 0) < 0) return failure();
  int has_edges = settings->edges != CGPIO_EDGES_NONE;
  if ((has_edges && set_nonblocking(gpiod_line_event_get_fd(found)) < 0) ||
      (*line = malloc(sizeof **line)) == NULL) {
    int error = failure();
    gpiod_line_release(found);
    return error;
  }
  (*line)->line = found;
  (*line)->has_edges = has_edges;
  (*line)->asleep = (struct asleep){0, 0};
  return 0;
}

void cgpio_line_release(struct cgpio_line *line) {
  gpiod_line_release(line->line);
  free(line);
}

int cgpio_line_descriptor(struct cgpio_line *line) {
  return line->has_edges ? gpiod_line_event_get_fd(line->line) : -1;
}

int cgpio_line_is_debounced(struct cgpio_line *line) {
  (void)line;
  return 0;
}

int cgpio_line_value(struct cgpio_line *line) {
  errno = 0;
  int value = gpiod_line_get_value(line->line);
  return value < 0 ? failure() : value;
}

int cgpio_line_read(struct cgpio_line *line, struct cgpio_edge *edges, int *was_full,
                    int *has_more) {
  struct gpiod_line_event events[KERNEL_BUFFER];
  errno = 0;
  int count = gpiod_line_event_read_multiple(line->line, events, KERNEL_BUFFER);
  *was_full = *has_more = count == KERNEL_BUFFER;
  if (count < 0) return errno == EAGAIN ? 0 : failure();
  for (int i = 0; i < count; i++) {
    int64_t time = (int64_t)events[i].ts.tv_sec * 1000000000 + events[i].ts.tv_nsec;
    edges[i].nanoseconds = time + asleep_at(&line->asleep, time);
    edges[i].sequence = 0;
    edges[i].is_rising = events[i].event_type == GPIOD_LINE_EVENT_RISING_EDGE;
  }
  return count;
}

#endif

#include "body.h"

/* libgpiod 2.x, over the kernel's second interface: it debounces, counts each line's edges, and drops
 * the oldest where its buffer is full (drivers/gpio/gpiolib-cdev.c, linereq_put_event). */
#ifndef GPIOD_LINE_BULK_MAX_LINES

struct cgpio_chip {
  struct gpiod_chip *chip;
  struct gpiod_chip_info *info;
};

struct cgpio_line {
  struct gpiod_line_request *request;
  struct gpiod_edge_event_buffer *buffer;
  uint32_t offset;
  int is_debounced;
  struct asleep asleep;
};

int cgpio_chip_open(const char *path, struct cgpio_chip **chip) {
  errno = 0;
  struct gpiod_chip *opened = gpiod_chip_open(path);
  if (opened == NULL) return errno == ENOTTY || errno == EINVAL ? -ENODEV : failure();
  struct gpiod_chip_info *info = gpiod_chip_get_info(opened);
  *chip = info == NULL ? NULL : malloc(sizeof **chip);
  if (*chip == NULL) {
    int error = failure();
    if (info != NULL) gpiod_chip_info_free(info);
    gpiod_chip_close(opened);
    return error;
  }
  (*chip)->chip = opened;
  (*chip)->info = info;
  return 0;
}

void cgpio_chip_close(struct cgpio_chip *chip) {
  gpiod_chip_info_free(chip->info);
  gpiod_chip_close(chip->chip);
  free(chip);
}

const char *cgpio_chip_name(struct cgpio_chip *chip) { return gpiod_chip_info_get_name(chip->info); }

const char *cgpio_chip_label(struct cgpio_chip *chip) {
  return gpiod_chip_info_get_label(chip->info);
}

uint32_t cgpio_chip_line_count(struct cgpio_chip *chip) {
  return (uint32_t)gpiod_chip_info_get_num_lines(chip->info);
}

int cgpio_chip_find(struct cgpio_chip *chip, const char *name) {
  errno = 0;
  int offset = gpiod_chip_get_line_offset_from_name(chip->chip, name);
  return offset < 0 ? failure() : offset;
}

int cgpio_chip_line_info(struct cgpio_chip *chip, uint32_t offset, struct cgpio_line_info *info) {
  errno = 0;
  struct gpiod_line_info *found = gpiod_chip_get_line_info(chip->chip, offset);
  if (found == NULL) return failure();
  copy_text(info->name, sizeof info->name, gpiod_line_info_get_name(found));
  copy_text(info->consumer, sizeof info->consumer, gpiod_line_info_get_consumer(found));
  info->is_used = gpiod_line_info_is_used(found);
  info->is_output = gpiod_line_info_get_direction(found) == GPIOD_LINE_DIRECTION_OUTPUT;
  info->is_active_low = gpiod_line_info_is_active_low(found);
  gpiod_line_info_free(found);
  return 0;
}

static enum gpiod_line_bias bias(enum cgpio_bias wanted) {
  switch (wanted) {
    case CGPIO_BIAS_DISABLED: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIO_BIAS_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIO_BIAS_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    default: return GPIOD_LINE_BIAS_AS_IS;
  }
}

static enum gpiod_line_edge edge(enum cgpio_edges wanted) {
  switch (wanted) {
    case CGPIO_EDGES_RISING: return GPIOD_LINE_EDGE_RISING;
    case CGPIO_EDGES_FALLING: return GPIOD_LINE_EDGE_FALLING;
    case CGPIO_EDGES_BOTH: return GPIOD_LINE_EDGE_BOTH;
    default: return GPIOD_LINE_EDGE_NONE;
  }
}

static struct gpiod_line_request *request(struct cgpio_chip *chip, uint32_t offset,
                                          const struct cgpio_settings *wanted) {
  struct gpiod_line_settings *settings = gpiod_line_settings_new();
  struct gpiod_line_config *lines = gpiod_line_config_new();
  struct gpiod_request_config *config = gpiod_request_config_new();
  struct gpiod_line_request *request = NULL;
  if (settings != NULL && lines != NULL && config != NULL &&
      gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) == 0 &&
      gpiod_line_settings_set_bias(settings, bias(wanted->bias)) == 0 &&
      gpiod_line_settings_set_edge_detection(settings, edge(wanted->edges)) == 0 &&
      gpiod_line_settings_set_event_clock(settings, GPIOD_LINE_CLOCK_MONOTONIC) == 0) {
    gpiod_line_settings_set_active_low(settings, wanted->active_low != 0);
    gpiod_line_settings_set_debounce_period_us(settings, wanted->debounce_microseconds);
    gpiod_request_config_set_consumer(config, "godwit");
    gpiod_request_config_set_event_buffer_size(config, wanted->buffer);
    if (gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
      request = gpiod_chip_request_lines(chip->chip, config, lines);
    }
  }
  int error = errno;
  gpiod_request_config_free(config);
  gpiod_line_config_free(lines);
  gpiod_line_settings_free(settings);
  errno = error;
  return request;
}

int cgpio_line_request(struct cgpio_chip *chip, uint32_t offset,
                       const struct cgpio_settings *settings, struct cgpio_line **line) {
  errno = 0;
  struct gpiod_line_request *made = request(chip, offset, settings);
  if (made == NULL) return failure();
  struct gpiod_edge_event_buffer *buffer = gpiod_edge_event_buffer_new(CGPIO_EDGES_MAX);
  *line = buffer == NULL ? NULL : malloc(sizeof **line);
  if (*line == NULL || set_nonblocking(gpiod_line_request_get_fd(made)) < 0) {
    int error = failure();
    free(*line);
    if (buffer != NULL) gpiod_edge_event_buffer_free(buffer);
    gpiod_line_request_release(made);
    return error;
  }
  (*line)->request = made;
  (*line)->buffer = buffer;
  (*line)->offset = offset;
  (*line)->asleep = (struct asleep){0, 0};
  (*line)->is_debounced = settings->debounce_microseconds > 0;
  return 0;
}

void cgpio_line_release(struct cgpio_line *line) {
  gpiod_edge_event_buffer_free(line->buffer);
  gpiod_line_request_release(line->request);
  free(line);
}

int cgpio_line_descriptor(struct cgpio_line *line) {
  return gpiod_line_request_get_fd(line->request);
}

int cgpio_line_is_debounced(struct cgpio_line *line) { return line->is_debounced; }

int cgpio_line_value(struct cgpio_line *line) {
  errno = 0;
  enum gpiod_line_value value = gpiod_line_request_get_value(line->request, line->offset);
  return value == GPIOD_LINE_VALUE_ERROR ? failure() : value == GPIOD_LINE_VALUE_ACTIVE;
}

int cgpio_line_read(struct cgpio_line *line, struct cgpio_edge *edges, int *was_full,
                    int *has_more) {
  *has_more = 0;
  *was_full = 0; /* The sequence numbers tell. */
  errno = 0;
  int count = gpiod_line_request_read_edge_events(line->request, line->buffer, CGPIO_EDGES_MAX);
  if (count < 0) return errno == EAGAIN ? 0 : failure();
  *has_more = count == CGPIO_EDGES_MAX;
  for (int i = 0; i < count; i++) {
    struct gpiod_edge_event *event =
        gpiod_edge_event_buffer_get_event(line->buffer, (unsigned long)i);
    int64_t time = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
    edges[i].nanoseconds = time + asleep_at(&line->asleep, time);
    edges[i].sequence = (uint32_t)gpiod_edge_event_get_line_seqno(event);
    edges[i].is_rising = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE;
  }
  return count;
}

#endif

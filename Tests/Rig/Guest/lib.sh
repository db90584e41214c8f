# shellcheck shell=bash
# What the tests ask of a virtual Pi, besides the ordinary commands.

# gpio_chip NAME LINE-NAME...: a chip with that label and a line for each name; `-` is a line without
# one. Prints its device: gpiochip0, gpiochip1, ...
gpio_chip() {
  local name=$1 folder=/sys/kernel/config/gpio-sim/$1 offset=0 line
  shift
  mkdir -p "$folder/bank0"
  echo $# >"$folder/bank0/num_lines"
  echo "$name" >"$folder/bank0/label"
  for line in "$@"; do
    if [ "$line" != - ]; then
      mkdir "$folder/bank0/line$offset"
      echo "$line" >"$folder/bank0/line$offset/name"
    fi
    offset=$((offset + 1))
  done
  echo 1 >"$folder/live"
  cat "$folder/bank0/chip_name"
}

# gpio_line NAME OFFSET: the folder of a line of that chip, with its `pull` and its `value`.
gpio_line() {
  local folder=/sys/kernel/config/gpio-sim/$1
  echo "/sys/devices/platform/$(cat "$folder/dev_name")/$(cat "$folder/bank0/chip_name")/sim_gpio$2"
}

# gpio_gone NAME: the chip vanishes, as an expander on a cable does. It can be made again. Where a
# program still has lines of it, they answer no more.
gpio_gone() {
  local folder=/sys/kernel/config/gpio-sim/$1
  echo 0 >"$folder/live"
  rmdir "$folder"/bank0/line*/ 2>/dev/null
  rmdir "$folder/bank0" "$folder"
}

# i2c_stub ADDRESS...: an adapter with register files at these addresses. Prints its number.
i2c_stub() {
  local addresses
  addresses=$(IFS=,; echo "$*")
  insmod "$KERNEL/i2c-stub.ko" chip_addr="$addresses" || return
  grep -l 'SMBus stub' /sys/bus/i2c/devices/i2c-*/name | sed 's:.*/i2c-\([0-9]*\)/name:\1:'
}

# i2c_gone: the adapter vanishes.
i2c_gone() { rmmod i2c_stub; }

# far_host [NAME]: another host, on a link of its own: this one is 10.9.0.1, the other 10.9.0.2, in
# the network namespace `far`, and its interface here is `wire`.
far_host() {
  ip netns add far &&
    ip link add wire type veth peer name eth0 netns far &&
    ip addr add 10.9.0.1/24 dev wire &&
    ip link set wire up &&
    ip -n far addr add 10.9.0.2/24 dev eth0 &&
    ip -n far link set eth0 up &&
    ip -n far link set lo up
}

# far COMMAND...: runs it on the other host.
far() { ip netns exec far "$@"; }

# wire SHAPE...: makes both directions of the link what netem(8) calls so: `wire loss 10%`,
# `wire delay 2s`; `wire good` is a link without fault.
wire() {
  tc qdisc del dev wire root 2>/dev/null
  tc -n far qdisc del dev eth0 root 2>/dev/null
  [ "$1" = good ] && return
  tc qdisc add dev wire root netem limit 10000 "$@" && tc -n far qdisc add dev eth0 root netem limit 10000 "$@"
}

# await SECONDS COMMAND...: until it succeeds.
await() {
  local end=$((SECONDS + $1 + 1))
  shift
  while ! "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.05
  done
}

# is_open ADDRESS PORT
is_open() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

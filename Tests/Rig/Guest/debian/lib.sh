# shellcheck shell=bash
# What the tests ask of a booted Debian, besides Tests/Rig/Guest/lib.sh.

# install_godwit: puts the program and its files where the package puts them, by hand.
install_godwit() {
  install -m 755 "$ROOT/build/godwit" /usr/bin/godwit &&
    mkdir -p /usr/share/godwit /etc/godwit &&
    cp -r "$ROOT/device-profiles" /usr/share/godwit/ &&
    install -m 644 "$ROOT/systemd/godwit.service" /lib/systemd/system/godwit.service &&
    install -m 644 "$ROOT/systemd/sysusers.conf" /usr/lib/sysusers.d/godwit.conf &&
    install -m 644 "$ROOT/systemd/tmpfiles.conf" /usr/lib/tmpfiles.d/godwit.conf &&
    install -m 644 "$ROOT/systemd/udev.rules" /usr/lib/udev/rules.d/60-godwit.rules &&
    systemd-sysusers godwit.conf &&
    systemd-tmpfiles --create godwit.conf &&
    udevadm control --reload &&
    systemctl daemon-reload
}

# start_peers: a broker with a subscriber, whose output goes to arrivals, and a simulated meter.
start_peers() {
  printf 'listener 1883 127.0.0.1\nallow_anonymous true\n' >/etc/mosquitto/conf.d/test.conf
  systemctl start mosquitto &&
    systemd-run --quiet --unit meter /usr/bin/godwit simulate --profile eastron-sdm630 --listen 127.0.0.1:1502 &&
    await 60 is_open 127.0.0.1 1502 &&
    systemd-run --quiet --unit subscriber -p "StandardOutput=append:$WORK/arrivals" \
      mosquitto_sub -h 127.0.0.1 -t 'godwit/#' -F '%t %p'
}

# main_pid: the gateway's.
main_pid() { systemctl show -P MainPID godwit; }

# is_another PID: the gateway runs, with another number.
is_another() { [ "$(systemctl is-active godwit)" = active ] && [ "$(main_pid)" != "$1" ]; }

# readings: how many messages with readings have arrived.
readings() { grep -c '^godwit/barn/meter ' "$WORK/arrivals"; }

# is_above COUNT: more have arrived.
is_above() { [ "$(readings)" -gt "$1" ]; }

# says TEXT: the gateway's log has it.
says() { journalctl -u godwit -o cat --no-pager | grep -qF -- "$1"; }

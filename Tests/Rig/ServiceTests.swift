import Foundation
import Testing

/// The gateway under systemd in a booted Debian: the unit, its watchdog, its sandbox.
@Suite(.ownThreads, .serialized) struct ServiceTests {
  @Test func `the unit starts, readings arrive, and it stops within 5 s`() async throws {
    let debian = try await BootedDebian()
    try await debian.startGateway()
    #expect(try await debian.run("systemctl is-active godwit") == "active")
    #expect(
      try await debian.run("stat -c '%a %U' /var/lib/godwit /run/godwit")
        == "750 godwit\n750 godwit")
    // systemd's own figures: from the request to the end.
    let took = try await debian.run(
      """
      systemctl stop godwit
      [ "$(systemctl show -P Result godwit)" = success ] || exit 1
      a=$(systemctl show -P InactiveEnterTimestampMonotonic godwit)
      b=$(systemctl show -P ActiveExitTimestampMonotonic godwit)
      echo $(((a - b) / 1000))
      """)
    #expect(try #require(Int(took)) <= 5_000, "\(took) ms")
  }

  @Test func `a gateway that is killed is started again, and goes on`() async throws {
    let debian = try await BootedDebian()
    try await debian.startGateway()
    try await debian.run(
      """
      old=$(main_pid); kill -9 $old; await 60 is_another $old || exit 1
      count=$(readings); await 60 is_above $((count + 2))
      """)
  }

  @Test func `the watchdog ends a gateway that stands still`() async throws {
    let debian = try await BootedDebian()
    try await debian.run(
      """
      mkdir -p /etc/systemd/system/godwit.service.d
      printf '[Service]\\nWatchdogSec=4s\\n' >/etc/systemd/system/godwit.service.d/test.conf
      systemctl daemon-reload
      """)
    try await debian.startGateway()
    try await debian.run(
      """
      old=$(main_pid); kill -STOP $old; await 60 is_another $old || exit 1
      journalctl -u godwit -o cat --no-pager | grep -i 'watchdog timeout' || exit 1
      count=$(readings); await 60 is_above $((count + 2))
      """)
  }

  @Test func `a configuration that is wrong is refused at a reload, and the old one goes on`()
    async throws
  {
    let debian = try await BootedDebian()
    try await debian.startGateway()
    try await debian.configure(more: "nonsense: true")
    try await debian.run(
      """
      old=$(main_pid); systemctl reload godwit
      await 60 says "unknown key 'nonsense'" || exit 1
      count=$(readings); await 60 is_above $((count + 2)) || exit 1
      [ "$(main_pid)" = $old ]
      """)
    try await debian.configure(every: "100 ms")
    try await debian.run(
      """
      old=$(main_pid); systemctl reload godwit
      count=$(readings); await 60 is_above $((count + 2)) || exit 1
      [ "$(main_pid)" = $old ]
      """)
  }

  @Test func `a full disk does not stop the readings`() async throws {
    let debian = try await BootedDebian()
    try await debian.run(
      """
      mkdir -p /var/lib/godwit && mount -t tmpfs -o size=2M,mode=750,uid=godwit,gid=godwit tmpfs /var/lib/godwit
      """)
    try await debian.startGateway()
    try await debian.run(
      """
      old=$(main_pid); dd if=/dev/zero of=/var/lib/godwit/filler bs=64k 2>/dev/null
      count=$(readings); await 60 is_above $((count + 10)) || exit 1
      rm /var/lib/godwit/filler
      count=$(readings); await 60 is_above $((count + 10)) || exit 1
      [ "$(main_pid)" = $old ]
      """)
  }

  @Test func `pins and adapters are in the sandbox, by groups and under names that stay`()
    async throws
  {
    let debian = try await BootedDebian()
    try await debian.startGateway()
    // What is plugged in after the start is seen, too.
    try await debian.run("gpio_chip barn rain door && i2c_stub 0x48 && udevadm settle")
    #expect(
      try await debian.run("stat -c '%G %a' /dev/gpiochip0 /dev/i2c-0") == "gpio 660\ni2c 660")
    try await debian.run("test -e /dev/gpio/by-path/platform-gpio-sim.0")
    try await debian.run(
      """
      cat >>godwit.yaml <<'END'
        door: { profile: generic-contact, bus: pins, line: door, batch: 0 s, every: 1 s }
        cellar: { profile: generic-lm75, bus: i2c, address: 0x48, batch: 0 s, every: 1 s }
      END
      sed -i 's|^buses: {|& pins: { gpio: gpiochip0 }, i2c: { i2c: /dev/i2c-0 },|' godwit.yaml
      install -m 640 -g godwit godwit.yaml /etc/godwit/godwit.yaml
      systemctl restart godwit
      await 60 grep -q '^godwit/barn/door .*"closed":\\(true\\|false\\)\\|^godwit/barn/door .*"[a-z]*":[0-9tf]' arrivals || exit 1
      await 60 grep -q '^godwit/barn/cellar .*"temperature":[-0-9]' arrivals
      """)
  }

  @Test func `the kernel's clock state is read in the sandbox`() async throws {
    let debian = try await BootedDebian()
    // As timesyncd does: adjtimex(2), ADJ_STATUS and ADJ_MAXERROR with a status of 0.
    try await debian.run(
      #"perl -e '$b = "\0" x 256; substr($b, 0, 4) = pack("L", 0x14); syscall(159, $b) >= 0 or die'"#
    )
    try await debian.startGateway()
    try await debian.run("tail -n 1 arrivals | grep -v unsynchronized")
  }

  @Test func `systemd's judgement of the unit`() async throws {
    let debian = try await BootedDebian()
    let score = try await debian.run(
      "systemd-analyze security --offline=true --no-pager /lib/systemd/system/godwit.service | tail -n 1"
    )
    print(score)
    let match = try #require(score.firstMatch(of: /: (\d+\.\d)/))
    #expect(try #require(Double(match.1)) <= 1.7, "\(score)")
  }
}

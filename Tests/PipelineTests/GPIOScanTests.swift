import Buses
import Testing

@testable import Pipeline

@Suite struct GPIOScanTests {
  @Test func `chips, lines, names and who holds them`() {
    var chip = GPIOChipList.Chip(name: "gpiochip0", label: "pinctrl-bcm2711")
    chip.lines = [
      GPIOChipList.Line(name: "ID_SDA", holder: nil, isOutput: false),
      GPIOChipList.Line(name: "", holder: "led0", isOutput: true),
      GPIOChipList.Line(name: "GPIO\u{1B}2", holder: "", isOutput: false),
    ]
    let denied = GPIOChipList.Chip(name: "gpiochip1", label: "", failure: "Permission denied")
    #expect(
      GPIOScan.text([chip, denied]) == """
        gpiochip0 [pinctrl-bcm2711], 3 lines
            0  ID_SDA            input \n\
            1  -                 output  held by led0
            2  GPIO?2            input   held
        gpiochip1: Permission denied

        """)
    #expect(GPIOScan.text([]) == "no GPIO chips\n")
  }
}

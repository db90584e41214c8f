import Configuration
import Telemetry
import Testing

/// Registers as a device gives them, and the value that they mean by a source outside of this
/// project: a specification, a data sheet, or another project's tests.
struct RegisterVector: CustomTestStringConvertible, Sendable {
  let device: String
  let words: [UInt16]
  let type: RegisterType
  let order: WordOrder
  let scale: Double
  let offset: Double
  let invalid: [UInt64]
  /// nil where there is no value.
  let value: Double?
  let tolerance: Double
  let source: String

  init(
    _ device: String, _ words: [UInt16], _ type: RegisterType, _ order: WordOrder = .highFirst,
    scale: Double = 1, offset: Double = 0, invalid: [UInt64] = [], is value: Double?,
    within tolerance: Double = 0, _ source: String
  ) {
    self.device = device
    self.words = words
    self.type = type
    self.order = order
    self.scale = scale
    self.offset = offset
    self.invalid = invalid
    self.value = value
    self.tolerance = tolerance
    self.source = source
  }

  var testDescription: String { device }

  var point: Point {
    var point = Point(
      name: "p", table: .holding, address: 0, type: type, unit: "none", pollClass: 0)
    point.wordOrder = order
    point.scale = scale
    point.offset = offset
    point.invalid = invalid
    return point
  }

  static let all: [RegisterVector] = [
    RegisterVector(
      "Modbus int16: 0xFFD6 x 0.1", [0xFFD6], .s16, .highFirst, scale: 0.1, is: -4.2,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "Modbus int16: 64000 -> -1536", [0xFA00], .s16, .highFirst, is: -1536,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus uint16: 0xFFD6 unsigned", [0xFFD6], .u16, .highFirst, is: 65494,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "Modbus int32: -32145678", [0xFE15, 0x7EF2], .s32, .highFirst, is: -32145678,
      "pymodbus-dev/pymodbus tests"),
    RegisterVector(
      "Modbus int32: 70004", [0x0001, 0x1174], .s32, .highFirst, is: 70004,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus int32: 0x01020304 word-swapped", [0x0102, 0x0304], .s32, .lowFirst, is: 50594050,
      "home-assistant modbus swap: word"),
    RegisterVector(
      "Modbus uint32: AABB CCDD as ABCD", [0xAABB, 0xCCDD], .u32, .highFirst, is: 2864434397,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "Modbus uint32: AABB CCDD as CDAB", [0xAABB, 0xCCDD], .u32, .lowFirst, is: 3437079227,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "Modbus uint32: 32145678", [0x01EA, 0x810E], .u32, .highFirst, is: 32145678,
      "pymodbus-dev/pymodbus tests"),
    RegisterVector(
      "Modbus float32: AABB CCDD as ABCD", [0xAABB, 0xCCDD], .f32, .highFirst, is: -3.3360025e-13,
      within: 1e-19,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "Modbus float32: 123456.0 stored as CDAB", [0x2000, 0x47F1], .f32, .lowFirst, is: 123456.0,
      "stephane/libmodbus:tests/unit-test.h.in"),
    RegisterVector(
      "Modbus float32: 27123.5", [0x46D3, 0xE700], .f32, .highFirst, is: 27123.5, within: 0.03,
      "pymodbus-dev/pymodbus tests"),
    RegisterVector(
      "Modbus float32: 3.141592", [0x4049, 0x0FD8], .f32, .highFirst, is: 3.141592, within: 1e-06,
      "pymodbus-dev/pymodbus tests"),
    RegisterVector(
      "Modbus float32: -1004.4", [0xC47B, 0x199A], .f32, .highFirst, is: -1004.4, within: 0.0001,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus float32: 5e9", [0x4F95, 0x02F9], .f32, .highFirst, is: 5000000000.0, within: 256,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus float32: 1.6", [0x3FCC, 0xCCCD], .f32, .highFirst, is: 1.6, within: 1e-07,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus float32: quiet NaN -> no value", [0x7FC0, 0x0000], .f32, .highFirst, is: nil,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests); SunSpec"
    ),
    RegisterVector(
      "Modbus float32: NaN payload variant -> no value", [0xFFC0, 0x0001], .f32, .highFirst,
      is: nil,
      "IEEE 754: any exponent 0xFF with non-zero mantissa"),
    RegisterVector(
      "Modbus float32: infinity -> no value", [0x7F80, 0x0000], .f32, .highFirst, is: nil,
      "policy; evcc maps NaN/Inf to 0 (bad)"),
    RegisterVector(
      "Modbus float32: byte-swapped sentinel 0xFFFFFF7F", [0xFFFF, 0xFF7F], .f32, .highFirst,
      invalid: [0xFFFFFF7F], is: nil,
      "evcc-io/evcc:util/modbus/register.go (float32nans)"),
    RegisterVector(
      "Modbus int64: 34359738368 = words 0,8,0,0", [0x0000, 0x0008, 0x0000, 0x0000], .s64,
      .highFirst, is: 34359738368,
      "openhab/openhab-core:bundles/org.openhab.core.io.transport.modbus (BitUtilities tests)"),
    RegisterVector(
      "Modbus float64: telegraf", [0xBF9C, 0x6A40, 0xC347, 0x8F55], .f64, .highFirst,
      is: -0.02774907295123737,
      "influxdata/telegraf:plugins/inputs/modbus/configuration_request_test.go"),
    RegisterVector(
      "SDM630: negative power float32 (export)", [0xC4BB, 0x8000], .f32, .highFirst, is: -1500.0,
      "IEEE 754"),
    RegisterVector(
      "SDM630: import energy 1234.5 kWh at 0x0048", [0x449A, 0x5000], .f32, .highFirst, is: 1234.5,
      within: 0.001,
      "IEEE 754; register in volkszaehler/mbmd + esphome sdm_meter"),
    RegisterVector(
      "SDM120: frequency 50.0 Hz", [0x4248, 0x0000], .f32, .highFirst, is: 50.0,
      "IEEE 754; register 0x0046 in volkszaehler/mbmd:meters/rs485/sdm.go"),
    RegisterVector(
      "PZEM-004T v3: voltage", [0x08D1], .u16, .highFirst, scale: 0.1, is: 225.7,
      "mandulaj/PZEM-004T-v30; esphome/esphome:esphome/components/pzemac"),
    RegisterVector(
      "PZEM-004T v3: power, low word first", [0x00F4, 0x0000], .u32, .lowFirst, scale: 0.1,
      is: 24.4,
      "mandulaj/PZEM-004T-v30; esphome/esphome:esphome/components/pzemac"),
    RegisterVector(
      "PZEM-004T v3: energy Wh, low word first", [0x0026, 0x0000], .u32, .lowFirst, is: 38,
      "mandulaj/PZEM-004T-v30; esphome/esphome:esphome/components/pzemac"),
    RegisterVector(
      "PZEM-004T v3: frequency", [0x01F4], .u16, .highFirst, scale: 0.1, is: 50.0,
      "mandulaj/PZEM-004T-v30; esphome/esphome:esphome/components/pzemac"),
    RegisterVector(
      "PZEM-004T v3: energy above 65535 Wh needs the high word", [0x86A0, 0x0001], .u32, .lowFirst,
      is: 100000,
      "mandulaj/PZEM-004T-v30; esphome/esphome:esphome/components/pzemac"),
    RegisterVector(
      "DTSU666 (Chint, scaled firmware): U = 2301.0 -> 230.1 V", [0x450F, 0xD000], .f32, .highFirst,
      scale: 0.1, is: 230.1, within: 0.0001,
      "volkszaehler/mbmd:meters/rs485/dtsu666.go vs star.ke.st / aggsoft register lists"),
    RegisterVector(
      "DTSU666 (Chint, unscaled firmware): U = 230.1 -> 230.1 V", [0x4366, 0x199A], .f32,
      .highFirst, is: 230.1, within: 0.0001,
      "volkszaehler/mbmd:meters/rs485/dtsu666.go vs star.ke.st / aggsoft register lists"),
    RegisterVector(
      "ABB A/B series: voltage uint32/10", [0x0000, 0x08FC], .u32, .highFirst, scale: 0.1,
      is: 230.0,
      "volkszaehler/mbmd:meters/rs485/abb.go; victronenergy/dbus-modbus-client:abb.py"),
    RegisterVector(
      "ABB A/B series: signed active power /100", [0xFFFF, 0xFF38], .s32, .highFirst, scale: 0.01,
      is: -2.0,
      "volkszaehler/mbmd:meters/rs485/abb.go; victronenergy/dbus-modbus-client:abb.py"),
    RegisterVector(
      "ABB A/B series: 64-bit import energy /100 kWh", [0x0000, 0x0000, 0x0001, 0xE240], .u64,
      .highFirst, scale: 0.01, is: 1234.56,
      "volkszaehler/mbmd:meters/rs485/abb.go; victronenergy/dbus-modbus-client:abb.py"),
    RegisterVector(
      "ABB A/B series: signed not available is 0x7FFFFFFF", [0x7FFF, 0xFFFF], .s32, .highFirst,
      invalid: [0x7FFFFFFF], is: nil,
      "volkszaehler/mbmd:meters/rs485/abb.go; victronenergy/dbus-modbus-client:abb.py"),
    RegisterVector(
      "Carlo Gavazzi EM24: voltage int32, low word first, /10", [0x08FC, 0x0000], .s32, .lowFirst,
      scale: 0.1, is: 230.0,
      "volkszaehler/mbmd (EM24); evcc-io/evcc Carlo Gavazzi templates; victronenergy/dbus-modbus-client:carlo_gavazzi.py"
    ),
    RegisterVector(
      "Carlo Gavazzi EM24: export power negative", [0xFF9C, 0xFFFF], .s32, .lowFirst, scale: 0.1,
      is: -10.0,
      "volkszaehler/mbmd (EM24); evcc-io/evcc Carlo Gavazzi templates; victronenergy/dbus-modbus-client:carlo_gavazzi.py"
    ),
    RegisterVector(
      "Schneider iEM3000: 64-bit energy Wh -> kWh", [0x0000, 0x0000, 0x0012, 0xD687], .s64,
      .highFirst, scale: 0.001, is: 1234.567,
      "evcc-io/evcc iem3000 template; mbmd iem3000.go"),
    RegisterVector(
      "Siemens PAC2200: energy float64 Wh", [0x412E, 0x8480, 0x0000, 0x0000], .f64, .highFirst,
      is: 1000000.0,
      "volkszaehler/mbmd pac2200; IEEE 754"),
    RegisterVector(
      "XY-MD02: 30.5 C", [0x0131], .s16, .highFirst, scale: 0.1, is: 30.5,
      "XY-MD02 user manual (multiple copies)"),
    RegisterVector(
      "XY-MD02: -20.5 C", [0xFF33], .s16, .highFirst, scale: 0.1, is: -20.5,
      "XY-MD02 user manual"),
    RegisterVector(
      "SenseCAP soil: -2.51 C", [0xFF05], .s16, .highFirst, scale: 0.01, is: -2.51,
      "Seeed SenseCAP manual (printed as -2.5)"),
    RegisterVector(
      "SenseCAP soil: VWC 18.21 %", [0x071D], .u16, .highFirst, scale: 0.01, is: 18.21,
      "Seeed SenseCAP manual"),
    RegisterVector(
      "Soil 3-in-1: moisture 49.5 %", [0x01EF], .u16, .highFirst, scale: 0.1, is: 49.5,
      "manual frame 01 03 06 01 EF 01 44 00 04 B5 59"),
    RegisterVector(
      "Soil 3-in-1: temperature 32.4 C", [0x0144], .s16, .highFirst, scale: 0.1, is: 32.4,
      "manual frame"),
    RegisterVector(
      "Renke wind direction: degrees register", [0x005A], .u16, .highFirst, is: 90,
      "Renke RS-FX-N01 manual"),
    RegisterVector(
      "Huawei SUN2000: active power positive", [0x0000, 0x1388], .s32, .highFirst, is: 5000,
      "wlcrs/huawei-solar-lib; evcc-io/evcc huawei template"),
    RegisterVector(
      "Huawei SUN2000: int16 not available is 0x7FFF", [0x7FFF], .s16, .highFirst,
      invalid: [0x7FFF], is: nil,
      "wlcrs/huawei-solar-lib; evcc-io/evcc huawei template"),
    RegisterVector(
      "Huawei SUN2000: uint16 not available", [0xFFFF], .u16, .highFirst, invalid: [0xFFFF],
      is: nil,
      "wlcrs/huawei-solar-lib; evcc-io/evcc huawei template"),
    RegisterVector(
      "Huawei SUN2000: grid frequency 49.99", [0x1387], .u16, .highFirst, scale: 0.01, is: 49.99,
      "wlcrs/huawei-solar-lib; evcc-io/evcc huawei template"),
    RegisterVector(
      "Sungrow SHx: total DC power u32 low word first", [0x1388, 0x0000], .u32, .lowFirst, is: 5000,
      "mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant; evcc sungrow-hybrid template"),
    RegisterVector(
      "Sungrow SHx: meter power s32 low word first, export", [0xF63C, 0xFFFF], .s32, .lowFirst,
      is: -2500,
      "mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant; evcc sungrow-hybrid template"),
    RegisterVector(
      "Sungrow SHx: MPPT current sentinel 0xFFFF", [0xFFFF], .u16, .highFirst, invalid: [0xFFFF],
      is: nil,
      "mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant; evcc sungrow-hybrid template"),
    RegisterVector(
      "Sungrow SHx: temperature s16 x0.1, -5.0", [0xFFCE], .s16, .highFirst, scale: 0.1, is: -5.0,
      "mkaiser/Sungrow-SHx-Inverter-Modbus-Home-Assistant; evcc sungrow-hybrid template"),
    RegisterVector(
      "Deye/Sunsynk: battery temperature offset 1000: 1250 -> 25.0", [0x04E2], .u16, .highFirst,
      scale: 0.1, offset: -100, is: 25.0,
      "kellerza/sunsynk; StephanJoubert/home_assistant_solarman"),
    RegisterVector(
      "Deye/Sunsynk: battery temperature 1000 -> 0.0", [0x03E8], .u16, .highFirst, scale: 0.1,
      offset: -100, is: 0.0,
      "kellerza/sunsynk; StephanJoubert/home_assistant_solarman"),
    RegisterVector(
      "Deye/Sunsynk: below zero 950 -> -5.0", [0x03B6], .u16, .highFirst, scale: 0.1, offset: -100,
      is: -5.0,
      "kellerza/sunsynk; StephanJoubert/home_assistant_solarman"),
    RegisterVector(
      "Deye/Sunsynk: import energy u32 low word first x0.1", [0x86A0, 0x0001], .u32, .lowFirst,
      scale: 0.1, is: 10000.0,
      "kellerza/sunsynk; StephanJoubert/home_assistant_solarman"),
    RegisterVector(
      "Growatt: Pac u32 big-endian x0.1", [0x0000, 0xC350], .u32, .highFirst, scale: 0.1,
      is: 5000.0,
      "esphome growatt_solar; timlaing/modbus_local_gateway"),
    RegisterVector(
      "SMA (Speedwire Modbus): s32 NaN 0x80000000", [0x8000, 0x0000], .s32, .highFirst,
      invalid: [0x80000000], is: nil,
      "evcc sma templates (int32nan); home-assistant/core#69656"),
    RegisterVector(
      "SMA (Speedwire Modbus): u32 NaN", [0xFFFF, 0xFFFF], .u32, .highFirst, invalid: [0xFFFFFFFF],
      is: nil,
      "evcc sma templates (uint32nan)"),
    RegisterVector(
      "EPEver Tracer: battery current s32 negative", [0xFF9C, 0xFFFF], .s32, .lowFirst, scale: 0.01,
      is: -1.0,
      "rosswarren/epevermodbus"),
    RegisterVector(
      "Victron GX: grid L1 power s16", [0xFF38], .s16, .highFirst, is: -200,
      "evcc victron template; Victron CCGX register list"),
    RegisterVector(
      "Sofar: s16 x 10 W", [0xFF9C], .s16, .highFirst, scale: 10, is: -1000,
      "evcc sofar template"),
    RegisterVector(
      "SunSpec sentinel: float32 NaN", [0x7FC0, 0x0000], .f32, .highFirst, is: nil,
      "sunspec/models + sunspec/pysunspec2 tests; SunSpec Device Information Model spec"),
    RegisterVector(
      "SunSpec: int16 0x1388", [0x1388], .s16, .highFirst, is: 5000,
      "sunspec/pysunspec2 tests"),
    RegisterVector(
      "SunSpec: int32 0xEDCBA988", [0xEDCB, 0xA988], .s32, .highFirst, is: -305419896,
      "sunspec/pysunspec2 tests"),
  ]
}

"""Checks discovery messages as Home Assistant would, and renders their templates.

  home_assistant.py MESSAGES BATCHES

MESSAGES: a line each, {"topic": ..., "payload": ...}, an empty payload to forget. BATCHES: a line
each, {"topic": ..., "payload": ...}, in the order they come. Writes the last state of each entity as a
line of JSON, {unique_id: state}.

Home Assistant publishes no schema. The tables here are written after its documentation:
https://www.home-assistant.io/integrations/mqtt/ (discovery topic, device discovery payload,
abbreviations), .../sensor.mqtt/, .../binary_sensor.mqtt/ and
https://developers.home-assistant.io/docs/core/entity/sensor (units and state classes of each device
class; where versions differ, what all since device discovery, 2024.11, have).
"""

import json
import re
import sys

import jinja2
import jinja2.sandbox

LONG = {
    "dev": "device", "o": "origin", "cmps": "components", "p": "platform",
    "avty_t": "availability_topic", "avty_tpl": "availability_template", "stat_t": "state_topic",
    "val_tpl": "value_template", "uniq_id": "unique_id", "dev_cla": "device_class",
    "stat_cla": "state_class", "unit_of_meas": "unit_of_measurement", "exp_aft": "expire_after",
    "ent_cat": "entity_category", "sug_dsp_prc": "suggested_display_precision",
    "pl_on": "payload_on", "pl_off": "payload_off",
}
LONG_DEVICE = {"ids": "identifiers", "mdl": "model", "sw": "sw_version"}
LONG_ORIGIN = {"sw": "sw_version"}

ROOT = {"device": dict, "origin": dict, "components": dict, "availability_topic": str,
        "availability_template": str, "state_topic": str, "qos": int}
DEVICE = {"identifiers": str, "name": str, "model": str, "sw_version": str, "via_device": str}
COMMON = {"platform": str, "unique_id": str, "name": str, "state_topic": str,
          "value_template": str, "expire_after": int, "device_class": str, "entity_category": str}
SENSOR = {**COMMON, "state_class": str, "unit_of_measurement": str,
          "suggested_display_precision": int}
BINARY = {**COMMON, "payload_on": str, "payload_off": str}

# Device class: units (None for without), state classes.
M, T, I = "measurement", "total", "total_increasing"
CLASSES = {
    "temperature": ({"°C", "°F", "K"}, {M}), "humidity": ({"%"}, {M}), "moisture": ({"%"}, {M}),
    "battery": ({"%"}, {M}), "voltage": ({"V", "mV"}, {M}), "current": ({"A", "mA"}, {M}),
    "power": ({"W", "kW", "MW", "GW", "TW"}, {M}), "apparent_power": ({"VA"}, {M}),
    "reactive_power": ({"var"}, {M}),
    "energy": ({"J", "kJ", "MJ", "GJ", "Wh", "kWh", "MWh", "GWh"}, {T, I}),
    "frequency": ({"Hz", "kHz", "MHz", "GHz"}, {M}), "power_factor": ({"%", None}, {M}),
    "illuminance": ({"lx"}, {M}), "irradiance": ({"W/m²"}, {M}),
    "atmospheric_pressure": ({"Pa", "hPa", "kPa", "bar", "mbar", "mmHg", "psi"}, {M}),
    "pressure": ({"Pa", "hPa", "kPa", "bar", "mbar", "mmHg", "psi"}, {M}),
    "wind_speed": ({"m/s", "km/h", "kn", "mph", "ft/s", "Beaufort"}, {M}),
    "wind_direction": ({"°"}, set()), "speed": ({"m/s", "km/h", "mm/h"}, {M}),
    "volume": ({"L", "mL", "m³"}, {T, I}), "water": ({"L", "m³"}, {T, I}),
    "gas": ({"m³"}, {T, I}), "volume_flow_rate": ({"m³/h", "m³/s", "L/min", "L/s"}, {M}),
    "precipitation": ({"mm", "cm"}, {M, T, I}), "precipitation_intensity": ({"mm/h"}, {M}),
    "carbon_dioxide": ({"ppm"}, {M}), "carbon_monoxide": ({"ppm"}, {M}),
    "pm1": ({"µg/m³"}, {M}), "pm25": ({"µg/m³"}, {M}), "pm10": ({"µg/m³"}, {M}),
    "distance": ({"m", "mm", "cm", "km"}, {M, T, I}), "weight": ({"kg", "g"}, {M, T, I}),
    "duration": ({"s", "ms", "min", "h", "d"}, {M, T, I}),
    "signal_strength": ({"dB", "dBm"}, {M}), "ph": ({None}, {M}),
}
BINARY_CLASSES = {
    "battery", "battery_charging", "carbon_monoxide", "cold", "connectivity", "door",
    "garage_door", "gas", "heat", "light", "lock", "moisture", "motion", "moving", "occupancy",
    "opening", "plug", "power", "presence", "problem", "running", "safety", "smoke", "sound",
    "tamper", "update", "vibration", "window",
}
TOPIC = re.compile(r"(?:[A-Za-z0-9_-]+/)+device/(?:[A-Za-z0-9_-]+/)?[A-Za-z0-9_-]+/config")

environment = jinja2.sandbox.ImmutableSandboxedEnvironment()


def unique(pairs):
    """Refuses an object that has a key twice."""
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def long(mapping, names):
    """The mapping with its keys written out, each known by either name only once."""
    return unique([(names.get(key, key), value) for key, value in mapping.items()])


def typed(mapping, types):
    """Refuses keys that are not in the table, and values of another type."""
    for key, value in mapping.items():
        assert key in types, (key, mapping)
        assert isinstance(value, types[key]) and value != "", (key, value)


def check(component, root, identities):
    """One component of a device; gives what is known of it besides."""
    component = long(component, LONG)
    if set(component) == {"platform"}:
        assert component["platform"] in ("sensor", "binary_sensor"), component
        return None
    is_binary = component["platform"] == "binary_sensor"
    assert is_binary or component["platform"] == "sensor", component
    typed(component, BINARY if is_binary else SENSOR)
    assert component["unique_id"] not in identities, component
    identities.add(component["unique_id"])
    component.setdefault("state_topic", root.get("state_topic"))
    assert component["state_topic"] and not set("+#") & set(component["state_topic"]), component
    assert component.get("expire_after", 1) > 0
    # A sensor may not be of the category "config".
    assert component.get("entity_category", "diagnostic") == "diagnostic", component
    name = component.get("device_class")
    if is_binary:
        assert name is None or name in BINARY_CLASSES, component
    else:
        units, states = CLASSES[name] if name else (None, {M, T, I})
        state = component.get("state_class")
        assert units is None or component.get("unit_of_measurement") in units, component
        assert state is None or state in states, component
    component["is_number"] = not is_binary and bool(
        {"device_class", "state_class", "unit_of_measurement", "suggested_display_precision"}
        & set(component))
    component["template"] = environment.from_string(component["value_template"])
    return component


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


entities, identities, topics, devices, vias = [], set(), set(), set(), set()
for message in read(sys.argv[1]):
    assert TOPIC.fullmatch(message["topic"]), message["topic"]
    assert message["topic"] not in topics, message["topic"]
    topics.add(message["topic"])
    if not message["payload"]:
        continue
    root = long(json.loads(message["payload"], object_pairs_hook=unique), LONG)
    typed(root, ROOT)
    device, origin = long(root["device"], LONG_DEVICE), long(root["origin"], LONG_ORIGIN)
    typed(device, DEVICE)
    assert device["identifiers"] and device["name"] and origin["name"], root
    assert set(origin) <= {"name", "sw_version", "support_url"}, origin
    assert root.get("qos", 0) in (0, 1, 2)
    assert root["components"], root
    devices.add(device["identifiers"])
    vias.add(device.get("via_device", device["identifiers"]))
    if "availability_topic" in root:
        template = environment.from_string(root["availability_template"])
        shown = [template.render(value=value) for value in ("online", "stopping", "offline")]
        assert shown == ["online", "offline", "offline"], shown
    for component in root["components"].values():
        checked = check(component, root, identities)
        if checked:
            entities.append(checked)
assert vias <= devices, vias - devices

states = {entity["unique_id"]: "unknown" for entity in entities}
for batch in read(sys.argv[2]):
    try:
        value_json = json.loads(batch["payload"])
    except ValueError:
        value_json = None
    for entity in entities:
        if entity["state_topic"] != batch["topic"]:
            continue
        identity = entity["unique_id"]
        # As Home Assistant's own integration gives it: an empty text leaves a number and a yes or no
        # as they are, and None is unknown.
        shown = entity["template"].render(
            value=batch["payload"], value_json=value_json, this={"state": states[identity]})
        if entity["platform"] == "binary_sensor":
            choices = {entity.get("payload_on", "ON"): "on", entity.get("payload_off", "OFF"): "off",
                       "None": "unknown", "": states[identity]}
            assert shown in choices, (identity, shown)
            states[identity] = choices[shown]
        elif entity["is_number"]:
            if shown == "None":
                states[identity] = "unknown"
            elif shown != "":
                float(shown)
                states[identity] = shown
        else:
            assert shown != "" and len(shown) <= 255, (identity, shown)
            states[identity] = "unknown" if shown == "None" else shown
print(json.dumps(states, ensure_ascii=False))

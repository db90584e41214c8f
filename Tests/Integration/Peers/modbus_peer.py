"""A Modbus server by pymodbus, for the tests: serves the input registers of a JSON file.

  modbus_peer.py tcp:PORT|rtu-tcp:PORT|DEVICE FILE

FILE: {"units": {"1": {"0": [17254, 13107], ...}}} -- unit, address of a run's first register, words.
What is in no run does not exist: exception 02. When the file changes, so do the registers.
"""

import json
import os
import sys
import threading
import time

from pymodbus import FramerType
from pymodbus.datastore import (
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.server import StartSerialServer, StartTcpServer

place, path = sys.argv[1], sys.argv[2]


def read_units():
    """The words by unit; the context counts registers from 1, the wire from 0."""
    with open(path, encoding="utf-8") as file:
        units = json.load(file)["units"]
    return {
        int(unit): {
            int(address) + index + 1: word
            for address, run in runs.items()
            for index, word in enumerate(run)
        }
        for unit, runs in units.items()
    }


blocks = {unit: ModbusSparseDataBlock(words) for unit, words in read_units().items()}
slaves = {unit: ModbusSlaveContext(ir=block) for unit, block in blocks.items()}
context = ModbusServerContext(slaves=slaves, single=False)


def follow():
    """Takes over what the file says whenever it is another."""
    seen = os.stat(path).st_ino
    while True:
        time.sleep(0.02)
        inode = os.stat(path).st_ino
        if inode != seen:
            seen = inode
            for unit, words in read_units().items():
                blocks[unit].values.update(words)


threading.Thread(target=follow, daemon=True).start()

kind, _, port = place.partition(":")
if kind == "tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(port)))
elif kind == "rtu-tcp":
    StartTcpServer(
        context=context, framer=FramerType.RTU, address=("127.0.0.1", int(port))
    )
else:
    # pymodbus wants it only now, and the tests are to hear of it before they wait for answers.
    import serial  # noqa: F401  pylint: disable=unused-import

    print("ready", flush=True)
    # As on a real line, nobody answers for who is not there.
    StartSerialServer(
        context=context,
        framer=FramerType.RTU,
        port=place,
        baudrate=9600,
        ignore_missing_slaves=True,
    )

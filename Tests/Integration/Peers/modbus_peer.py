"""A Modbus server by pymodbus, for the tests: serves the input registers of a JSON file.

  modbus_peer.py tcp:PORT|rtu-tcp:PORT|DEVICE FILE

FILE: {"units": {"1": {"0": [17254, 13107], ...}}} -- unit, address of a run's first register, words.
What is in no run does not exist: exception 02.
"""

import json
import sys

from pymodbus import FramerType
from pymodbus.datastore import (
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.server import StartSerialServer, StartTcpServer

place, path = sys.argv[1], sys.argv[2]
with open(path, encoding="utf-8") as file:
    units = json.load(file)["units"]

slaves = {}
for unit, runs in units.items():
    words = {}
    for address, run in runs.items():
        for index, word in enumerate(run):
            # The context counts registers from 1, the wire from 0.
            words[int(address) + index + 1] = word
    slaves[int(unit)] = ModbusSlaveContext(ir=ModbusSparseDataBlock(words))
context = ModbusServerContext(slaves=slaves, single=False)

kind, _, port = place.partition(":")
if kind == "tcp":
    StartTcpServer(context=context, address=("127.0.0.1", int(port)))
elif kind == "rtu-tcp":
    StartTcpServer(
        context=context, framer=FramerType.RTU, address=("127.0.0.1", int(port))
    )
else:
    # As on a real line, nobody answers for who is not there.
    StartSerialServer(
        context=context,
        framer=FramerType.RTU,
        port=place,
        baudrate=9600,
        ignore_missing_slaves=True,
    )

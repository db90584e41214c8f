"""A Modbus TCP server by pymodbus, for the tests: serves the input registers of a JSON file.

  modbus_peer.py PORT FILE

FILE: {"units": {"1": {"0": [17254, 13107], ...}}} -- unit, address of a run's first register, words.
What is in no run does not exist: exception 02.
"""

import json
import sys

from pymodbus.datastore import (
    ModbusServerContext,
    ModbusSlaveContext,
    ModbusSparseDataBlock,
)
from pymodbus.server import StartTcpServer

port, path = int(sys.argv[1]), sys.argv[2]
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

StartTcpServer(
    context=ModbusServerContext(slaves=slaves, single=False), address=("127.0.0.1", port)
)

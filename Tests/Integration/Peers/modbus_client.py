"""A Modbus client by pymodbus, for the tests: prints a line for each value it reads.

  modbus_client.py tcp|rtu-tcp PORT UNIT:ADDRESS ...

A value is a binary32 in two input registers, high word first; a refusal is "exception CODE".
"""

import logging
import sys

from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient

logging.disable(logging.CRITICAL)
framer = FramerType.RTU if sys.argv[1] == "rtu-tcp" else FramerType.SOCKET
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[2]), framer=framer)
if not client.connect():
    sys.exit("no connection")
for word in sys.argv[3:]:
    unit, address = (int(part) for part in word.split(":"))
    answer = client.read_input_registers(address, count=2, slave=unit)
    if answer.isError():
        print("exception", answer.exception_code)
    else:
        print(
            client.convert_from_registers(
                answer.registers, data_type=client.DATATYPE.FLOAT32
            )
        )
client.close()

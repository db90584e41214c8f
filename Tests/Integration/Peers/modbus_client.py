"""A Modbus TCP client by pymodbus, for the tests: prints a line for each value it reads.

  modbus_client.py PORT UNIT:ADDRESS ...

A value is a binary32 in two input registers, high word first; a refusal is "exception CODE".
"""

import logging
import sys

from pymodbus.client import ModbusTcpClient

logging.disable(logging.CRITICAL)
client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
if not client.connect():
    sys.exit("no connection")
for word in sys.argv[2:]:
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

"""amqtt as a broker that lets one user in.

amqtt_broker.py PASSWORD-FILE USER PASSWORD CERTIFICATE KEY TCP-PORT TLS-PORT WS-PORT WSS-PORT
"""

import asyncio
import importlib.metadata
import sys

from amqtt.broker import Broker
from pwdlib.hashers.argon2 import Argon2Hasher


def configuration(password_file, certificate, key, tcp, tls, ws, wss):
    secure = {"ssl": True, "certfile": certificate, "keyfile": key}
    return {
        "listeners": {
            "default": {"type": "tcp", "bind": f"127.0.0.1:{tcp}"},
            "tls": {"type": "tcp", "bind": f"127.0.0.1:{tls}", **secure},
            "ws": {"type": "ws", "bind": f"127.0.0.1:{ws}"},
            "wss": {"type": "ws", "bind": f"127.0.0.1:{wss}", **secure},
        },
        "plugins": {
            "amqtt.plugins.authentication.FileAuthPlugin": {"password_file": password_file}
        },
    }


async def main(password_file, user, password, *rest):
    # The least work that Argon2 allows: it is checked at every connection.
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    with open(password_file, "w", encoding="utf-8") as file:
        file.write(f"{user}:{hasher.hash(password)}\n")
    broker = Broker(configuration(password_file, *rest))
    await broker.start()
    print("amqtt", importlib.metadata.version("amqtt"), flush=True)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))

"""Sends UDP probes at a steady rate until standard input ends: {"from", "to", "kinds": [{"name", "ports": [first, last],
"perSecond", "sourcePort"?}]} on its first line. Without a source port every probe is a new flow: each pass through the
ports comes from another source port. Prints {"sent": {name: number}, "seconds": number} at the end.

What is late is sent later, but a machine that stands still does not get it all at once.
"""
import itertools
import json
import select
import socket
import struct
import sys
import time

TICK = 0.005
MOST_LATE = 0.1

order = json.loads(sys.stdin.readline())


def opened(port):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((order["from"], port))
    return s


class Kind:
    def __init__(self, number, kind):
        self.name, self.rate = kind["name"], kind["perSecond"]
        first, last = kind["ports"]
        self.targets = [(order["to"], port) for port in range(first, last + 1)]
        # Source ports of kinds do not meet.
        self.sources = (
            itertools.repeat(kind["sourcePort"])
            if "sourcePort" in kind
            else itertools.cycle(range(20000 + number * 4000, 24000 + number * 4000))
        )
        self.at, self.sent, self.owed = 0, 0, 0.0
        self.socket = opened(next(self.sources))

    def send(self, seconds):
        self.owed += self.rate * seconds
        count = int(self.owed)
        self.owed -= count
        for _ in range(count):
            # The number of the probe tells a reader of a capture which one it was.
            self.socket.sendto(struct.pack("!Q", self.sent), self.targets[self.at])
            self.sent += 1
            self.at += 1
            if self.at == len(self.targets):
                self.at = 0
                self.socket.close()
                self.socket = opened(next(self.sources))


kinds = [Kind(number, kind) for number, kind in enumerate(order["kinds"])]
print("ready", flush=True)
start = before = time.monotonic()
while not select.select([sys.stdin], [], [], max(0, before + TICK - time.monotonic()))[0]:
    now = time.monotonic()
    for kind in kinds:
        kind.send(min(now - before, MOST_LATE))
    before = now
print(json.dumps({"sent": {kind.name: kind.sent for kind in kinds}, "seconds": before - start}), flush=True)

"""A probe program that lives in one network namespace and obeys JSON lines: {"id", "op", ...} -> {"id", "value"}.

Each command runs in a thread of its own, so that many probes can wait at the same time.
"""
import json
import random
import socket
import struct
import sys
import threading
import time

lock = threading.Lock()
counts = {}
sessions = {}
floods = {}


def family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def answer(number, value):
    with lock:
        sys.stdout.write(json.dumps({"id": number, "value": value}) + "\n")
        sys.stdout.flush()


def count(key):
    with lock:
        counts[key] = counts.get(key, 0) + 1


def echo(connection):
    with connection:
        while data := connection.recv(65536):
            connection.sendall(data)


def accept_all(server, key):
    while True:
        connection, _ = server.accept()
        count(key)
        threading.Thread(target=echo, args=(connection,), daemon=True).start()


def answer_all(server, key):
    while True:
        data, sender = server.recvfrom(65536)
        count(key)
        server.sendto(data + ("|" + sender[0].removeprefix("::ffff:")).encode(), sender)


def serve(c):
    key = "%s/%d" % (c["protocol"], c["port"])
    tcp = c["protocol"] == "tcp"
    host = c.get("host", "::")
    server = socket.socket(family(host), socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
    if host == "::":
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((host, c["port"]))
    if tcp:
        server.listen(128)
    threading.Thread(target=accept_all if tcp else answer_all, args=(server, key), daemon=True).start()
    return True


def bound(kind, c):
    s = socket.socket(family(c["host"]), kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(c.get("timeout", 0.8))
    if "source" in c or "sourcePort" in c:
        s.bind((c.get("source", ""), c.get("sourcePort", 0)))
    return s


def tcp(c):
    with bound(socket.SOCK_STREAM, c) as s:
        s.connect((c["host"], c["port"]))
        s.sendall(b"x")
        return s.recv(1) == b"x"


def why(c):
    try:
        with bound(socket.SOCK_STREAM, c) as s:
            s.connect((c["host"], c["port"]))
            return "connected"
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "silence"


def udp(c):
    with bound(socket.SOCK_DGRAM, c) as s:
        s.sendto(b"x", (c["host"], c["port"]))
        return s.recv(200).decode().split("|")[1]


def ping(c):
    six = ":" in c["host"]
    with socket.socket(family(c["host"]), socket.SOCK_RAW, 58 if six else 1) as s:
        s.settimeout(c.get("timeout", 0.8))
        tag = random.randrange(0x10000)
        body = struct.pack("!BBHHH", 128 if six else 8, 0, 0, tag, 1)
        if not six:
            total = sum(struct.unpack("!4H", body))
            total = (total & 0xFFFF) + (total >> 16)
            body = struct.pack("!BBHHH", 8, 0, ~total & 0xFFFF, tag, 1)
        s.sendto(body, (c["host"], 0))
        while True:
            data = s.recv(2000)
            reply = data if six else data[20:]
            if reply[0] == (129 if six else 0) and struct.unpack("!H", reply[4:6])[0] == tag:
                return True


def sniff(c):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, c["number"])

    def take():
        while True:
            s.recv(2000)
            count("ip/%d" % c["number"])

    threading.Thread(target=take, daemon=True).start()
    return True


def raw(c):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, c["number"]) as s:
        s.sendto(b"\0\0\x08\0", (c["host"], 0))
    return True


def spoof(c):
    """A UDP datagram with a source address that is not this host's."""
    data = struct.pack("!HHHH", 4444, c["port"], 9, 0) + b"x"
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 1, 0, 64, 17, 0,
                       socket.inet_aton(c["source"]), socket.inet_aton(c["host"]))
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as s:
        s.sendto(head + data, (c["host"], 0))
    return True


def open_session(c):
    s = bound(socket.SOCK_STREAM, c)
    s.connect((c["host"], c["port"]))
    sessions[c["key"]] = s
    return True


def say(c):
    s = sessions[c["key"]]
    s.settimeout(c.get("timeout", 1.0))
    s.sendall(b"y")
    return s.recv(1) == b"y"


def flood(c):
    """Datagrams without end, each from a new port so that each is judged anew; stopped by name."""
    state = floods[c["key"]] = {"sent": 0, "on": True}

    def send():
        while state["on"]:
            with socket.socket(family(c["host"]), socket.SOCK_DGRAM) as s:
                s.sendto(b"z", (c["host"], c["port"]))
            state["sent"] += 1
            time.sleep(0.0003)

    threading.Thread(target=send, daemon=True).start()
    return True


def stop_flood(c):
    floods[c["key"]]["on"] = False
    return floods[c["key"]]["sent"]


def received(c):
    return counts.get(c["key"], 0)


OPS = {"serve": serve, "tcp": tcp, "why": why, "udp": udp, "ping": ping, "sniff": sniff, "raw": raw, "spoof": spoof,
       "open": open_session, "say": say, "flood": flood, "stop-flood": stop_flood, "received": received}


def obey(c):
    try:
        answer(c["id"], OPS[c["op"]](c))
    except (TimeoutError, socket.timeout, ConnectionError):
        answer(c["id"], False)
    except OSError as error:
        answer(c["id"], False if error.errno in (101, 113) else {"error": str(error)})
    except Exception as error:  # noqa: BLE001 - the test shall see it
        answer(c["id"], {"error": repr(error)})


for text in sys.stdin:
    threading.Thread(target=obey, args=(json.loads(text),), daemon=True).start()

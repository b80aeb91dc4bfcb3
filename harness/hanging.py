"""
A file system that hangs on request: FUSE without a library, for tests. Needs root and /dev/fuse.

    python3 hanging.py DIRECTORY

mounts it there. Each of its files is named after the operation that hangs: ``open.bin``, ``stat.bin``,
``read.bin``, ``close.bin``; ``well.bin`` hangs in none. It says ``mounted``, and after the first request
that hangs ``hangs``. The line ``release`` on its standard input lets everything go on; its end unmounts.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys

SIZE = 300_000
CONTENT = bytes(range(256)) * (SIZE // 256 + 1)
NAMES = ("open.bin", "stat.bin", "read.bin", "close.bin", "well.bin")
#: How long the kernel may remember names, in seconds. Attributes it may not.
REMEMBERED = 3600

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH = 1, 2, 3, 14, 15, 17, 18, 25
INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, DESTROY, BATCH_FORGET = 26, 27, 28, 29, 36, 38, 42
HANGS = {OPEN: "open.bin", GETATTR: "stat.bin", READ: "read.bin", FLUSH: "close.bin"}
NO_ANSWER = (FORGET, INTERRUPT, BATCH_FORGET)
DIRECT_IO = 1
ENOENT, ENOSYS = 2, 38


class Hanging:
    def __init__(self, directory: str) -> None:
        self.directory = directory
        self.device = os.open("/dev/fuse", os.O_RDWR)
        self.hung: list[tuple[int, int, int, bytes]] = []
        self.released = False
        self.libc = ctypes.CDLL(None, use_errno=True)
        options = f"fd={self.device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()},allow_other"
        if self.libc.mount(b"hanging", os.fsencode(directory), b"fuse.hanging", 0, options.encode()) != 0:
            raise SystemExit(f"cannot mount: {os.strerror(ctypes.get_errno())}")

    def run(self) -> None:
        print("mounted", flush=True)
        while True:
            ready, _, _ = select.select([self.device, sys.stdin], [], [])
            if sys.stdin in ready:
                if sys.stdin.readline() != "release\n":
                    break
                self.released = True
                for request in self.hung:
                    self.answer(*request)
                self.hung.clear()
            if self.device in ready:
                self.request(os.read(self.device, 1 << 20))
        self.libc.umount2(os.fsencode(self.directory), 2)
        # Whoever still waits is told that nobody is there.
        os.close(self.device)

    def request(self, message: bytes) -> None:
        _, opcode, unique, node = struct.unpack_from("<IIQQ", message)
        if opcode in NO_ANSWER:
            return
        request = (opcode, unique, node, message[40:])
        if not self.released and node > 1 and HANGS.get(opcode) == NAMES[node - 2]:
            if not self.hung:
                print("hangs", flush=True)
            self.hung.append(request)
        else:
            self.answer(*request)

    def answer(self, opcode: int, unique: int, node: int, message: bytes) -> None:
        answer = self.answer_to(opcode, node, message)
        error, body = (-answer, b"") if isinstance(answer, int) else (0, answer)
        try:
            os.write(self.device, struct.pack("<IiQ", 16 + len(body), error, unique) + body)
        except FileNotFoundError:
            # Whoever asked was interrupted.
            pass

    def answer_to(self, opcode: int, node: int, message: bytes) -> bytes | int:
        if opcode == INIT:
            return struct.pack("<IIIIHHIIHHII6I", 7, 31, 1 << 17, 0, 64, 48, 1 << 17, 1, 32, 0, 0, 0, *[0] * 6)
        if opcode == LOOKUP:
            name = message.rstrip(b"\0").decode()
            if name not in NAMES:
                return ENOENT
            found = NAMES.index(name) + 2
            return struct.pack("<QQQQII", found, 0, REMEMBERED, 0, 0, 0) + attributes(found)
        if opcode == GETATTR:
            return struct.pack("<QII", 0, 0, 0) + attributes(node)
        if opcode in (OPEN, OPENDIR):
            return struct.pack("<QIi", 0, DIRECT_IO if opcode == OPEN else 0, 0)
        if opcode == READ:
            _, offset, size = struct.unpack_from("<QQI", message)
            return CONTENT[:SIZE][offset : offset + size]
        if opcode == STATFS:
            return struct.pack("<5Q4I6I", 1, 0, 0, len(NAMES), 0, 4096, 255, 4096, 0, *[0] * 6)
        if opcode in (READDIR, RELEASE, RELEASEDIR, FLUSH, DESTROY):
            return b""
        return ENOSYS


def attributes(node: int) -> bytes:
    mode, size = (0o40755, 0) if node == 1 else (0o100644, SIZE)
    return struct.pack("<6Q10I", node, size, 1, 0, 10**9, 10**9, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


if __name__ == "__main__":
    Hanging(sys.argv[1]).run()

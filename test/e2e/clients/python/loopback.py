"""Holds a network namespace open: brings its loopback interface up, says so, and lives until stdin ends."""

import fcntl
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1


def main() -> None:
    interfaces = [name for _, name in socket.if_nameindex()]
    # Kernels may put tunnel stubs that are down into each new namespace; a configured one would be a way out.
    if "lo" not in interfaces or any(name.startswith(("eth", "en", "wl", "veth")) for name in interfaces):
        sys.exit(f"not a namespace of its own: it has the interfaces {interfaces}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))
    print("loopback is up", flush=True)
    sys.stdin.read()


main()

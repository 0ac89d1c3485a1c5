# A program that answers for the kernel: seccomp-agent.py SOCKET. Prints "ready", then what it is sent beside the listener;
# every call that it is asked about fails with EACCES. Ends when nobody is under the filter any more.
import fcntl
import os
import select
import socket
import struct
import sys

NOTIF_RECV, NOTIF_SEND = 0xC0502100, 0xC0182101
EACCES = 13

server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print('ready', flush=True)
connection, _ = server.accept()
text, (listener,), _, _ = socket.recv_fds(connection, 1 << 16, 1)
print(text.decode(), flush=True)

poll = select.poll()
poll.register(listener, select.POLLIN)
while poll.poll()[0][1] & select.POLLIN:
    call = bytearray(80)
    try:
        fcntl.ioctl(listener, NOTIF_RECV, call)
        (id,) = struct.unpack_from('Q', call)
        fcntl.ioctl(listener, NOTIF_SEND, struct.pack('QqiI', id, 0, -EACCES, 0))
    except FileNotFoundError:  # the caller is gone
        pass
os.unlink(sys.argv[1])

#!/usr/bin/env python3
"""Runs a command in a new terminal of 70 by 20, as somebody sits before it. Tells as JSON what happened.

The command is the container's "probe terminal": once that has told of its terminal, the size is made 90 by 30; once it has
told of that, an interrupt is typed. "raw" and "after" say whether the terminal was raw in between, and is afterwards.
"""
import fcntl, json, os, pty, struct, sys, termios

master, slave = pty.openpty()


def resize(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


def is_raw():
    return not termios.tcgetattr(slave)[3] & (termios.ICANON | termios.ECHO | termios.ISIG)


resize(20, 70)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)
    os.close(master)
    os.execvp(sys.argv[1], sys.argv[1:])

text = ''


def read_line(beginning):
    """The next line that begins so, of what is written to the terminal."""
    global text
    while True:
        while '\n' in text:
            line, text = text.split('\n', 1)
            if line.startswith(beginning):
                return line
        text += os.read(master, 4096).decode()


first = json.loads(read_line('{'))
raw = is_raw()
resize(30, 90)
read_line('size 90x30')
os.write(master, b'\x03')
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({'code': code, 'first': first, 'raw': raw, 'after': is_raw()}))

# Listens at a unix socket, gets one pidfd, and says what it holds: its text, the pid, the process's end. Each line of
# stdin is the number of a signal to send by it. Lines of output are JSON.
import json, os, select, signal, socket, sys

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print(json.dumps('listening'), flush=True)
connection, _ = listener.accept()
text, fds, _, _ = socket.recv_fds(connection, 64, 4)
rest = connection.recv(64)
with open(f'/proc/self/fdinfo/{fds[0]}') as file:
    pid = next(int(line.split()[1]) for line in file if line.startswith('Pid:'))
print(json.dumps({'text': text.decode(), 'count': len(fds), 'pid': pid, 'rest': len(rest)}), flush=True)
for line in sys.stdin:
    signal.pidfd_send_signal(fds[0], int(line))
select.select([fds[0]], [], [])
print(json.dumps('ended'), flush=True)

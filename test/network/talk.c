// Talks and listens, in a container or beside it: `serve PORT` answers over TCP and UDP, both families, with who asked;
// `ask tcp|udp NAME PORT` prints the answer, or the errno; `wait` waits.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void die(const char *what) {
  printf("%s %s\n", what, strerrorname_np(errno));
  fflush(stdout);
  exit(1);
}

static int listener(int type, int port) {
  const int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);
  const int on = 1, off = 0;
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0) die("bind");
  if (type == SOCK_STREAM && listen(fd, 64) < 0) die("listen");
  return fd;
}

static int answer(char *text, size_t size, const struct sockaddr_storage *peer, socklen_t length) {
  char host[64], name[64] = "";
  getnameinfo((const struct sockaddr *)peer, length, host, sizeof host, NULL, 0, NI_NUMERICHOST);
  gethostname(name, sizeof name);
  const char *plain = strncmp(host, "::ffff:", 7) == 0 ? host + 7 : host;
  return snprintf(text, size, "%s to %s\n", name, plain);
}

static void serve(int port) {
  struct pollfd fds[2] = {{listener(SOCK_STREAM, port), POLLIN, 0}, {listener(SOCK_DGRAM, port), POLLIN, 0}};
  // Who was answered last keeps the connection, and asks first: pasta of 2023 loses what is sent at the very beginning of a
  // connection from outside, and right before its end.
  int last = -1;
  puts("ready");
  fflush(stdout);
  for (;;) {
    char text[256];
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    poll(fds, 2, -1);
    if (fds[0].revents & POLLIN) {
      const int client = accept(fds[0].fd, (struct sockaddr *)&peer, &length);
      const int size = answer(text, sizeof text, &peer, length);
      if (client < 0 || write(client, text, size) < 0) continue;
      if (last >= 0) close(last);
      last = client;
    } else if (recvfrom(fds[1].fd, text, sizeof text, 0, (struct sockaddr *)&peer, &length) >= 0) {
      const int size = answer(text, sizeof text, &peer, length);
      sendto(fds[1].fd, text, size, 0, (struct sockaddr *)&peer, length);
    }
  }
}

static int ask(const char *protocol, const char *name, const char *port) {
  const struct addrinfo hints = {.ai_socktype = strcmp(protocol, "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM};
  struct addrinfo *found;
  const int error = getaddrinfo(name, port, &hints, &found);
  if (error != 0) {
    printf("getaddrinfo %s\n", gai_strerror(error));
    return 1;
  }
  const int fd = socket(found->ai_family, found->ai_socktype, 0);
  const struct timeval patience = {1, 500000};
  char text[256];
  if (fd < 0) die("socket");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (connect(fd, found->ai_addr, found->ai_addrlen) < 0) die("connect");
  if (send(fd, "?", 1, MSG_NOSIGNAL) < 0) die("send");
  const ssize_t size = recv(fd, text, sizeof text, 0);
  if (size < 0) die("recv");
  fwrite(text, 1, size, stdout);
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "serve") == 0) serve(atoi(argv[2]));
  if (argc == 5 && strcmp(argv[1], "ask") == 0) return ask(argv[2], argv[3], argv[4]);
  for (;;) pause();
}

#define _GNU_SOURCE
#include "cepoll.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct sockaddr_in socket_address(uint32_t address, uint16_t port) {
    struct sockaddr_in result = {0};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(address);
    result.sin_port = htons(port);
    return result;
}

static int closed_with_error(int descriptor) {
    int error = errno;
    close(descriptor);
    return -error;
}

int loadtest_connect(uint32_t address, uint16_t port, uint32_t source, int receive_buffer_bytes) {
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // Before the connection is made: the window that is offered once is not taken back.
    if (receive_buffer_bytes > 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    if (source != 0) {
        // The port is then chosen by connect(2), per destination, and not used up by bind(2).
        setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        struct sockaddr_in from = socket_address(source, 0);
        if (bind(descriptor, (struct sockaddr *)&from, sizeof from) < 0) return closed_with_error(descriptor);
    }
    struct sockaddr_in to = socket_address(address, port);
    if (connect(descriptor, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS)
        return closed_with_error(descriptor);
    return descriptor;
}

int loadtest_connect_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

int loadtest_wait(int poller, struct epoll_event *events, int events_max, uint64_t nanoseconds) {
    struct timespec time = {(time_t)(nanoseconds / 1000000000u), (long)(nanoseconds % 1000000000u)};
    int count = epoll_pwait2(poller, events, events_max, &time, NULL);
    // A kernel before 5.11 knows milliseconds only.
    if (count >= 0 || errno != ENOSYS) return count;
    return epoll_wait(poller, events, events_max, (int)((nanoseconds + 999999u) / 1000000u));
}

extern char **environ;

int loadtest_spawn(const char *path, const char *argument, int *input, int *output) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) < 0) return -errno;
    if (pipe2(from, O_CLOEXEC) < 0) {
        int error = errno;
        close(to[0]);
        close(to[1]);
        return -error;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
    char *arguments[] = {(char *)path, (char *)argument, NULL};
    pid_t process = 0;
    int error = posix_spawn(&process, path, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    if (error != 0) {
        close(to[1]);
        close(from[0]);
        return -error;
    }
    *input = to[1];
    *output = from[0];
    return process;
}

uint32_t loadtest_resolve(const char *host) {
    struct addrinfo wanted = {0}, *found = NULL;
    wanted.ai_family = AF_INET;
    wanted.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, NULL, &wanted, &found) != 0 || found == NULL) return 0;
    uint32_t address = ntohl(((struct sockaddr_in *)found->ai_addr)->sin_addr.s_addr);
    freeaddrinfo(found);
    return address;
}

uint64_t loadtest_descriptors_max(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

static uint64_t nanoseconds(struct timeval time) {
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

uint64_t loadtest_own_cpu_ns(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) < 0) return 0;
    return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

#define _GNU_SOURCE
#include "cepoll.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
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

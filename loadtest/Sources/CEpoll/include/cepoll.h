#ifndef CEPOLL_H
#define CEPOLL_H

// What Glibc's module map leaves out. _GNU_SOURCE is defined in the .c file only: in a header it would give the same C
// types two definitions in two Swift modules.

#include <stdint.h>
#include <sys/epoll.h>

/// Starts a non-blocking TCP connection and returns its descriptor, or -errno. Addresses are in host byte order; a
/// source of 0 lets the kernel choose, and so does a receive buffer of 0 bytes.
int loadtest_connect(uint32_t address, uint16_t port, uint32_t source, int receive_buffer_bytes);

/// How a connection attempt ended (SO_ERROR): 0 when it stands.
int loadtest_connect_error(int descriptor);

/// epoll_wait with a time in nanoseconds, for whoever has to send at a given moment.
int loadtest_wait(int poller, struct epoll_event *events, int events_max, uint64_t nanoseconds);

/// Starts the program `path` with one argument and a pipe on either side, and returns its process, or -errno: what is
/// written to `input` it reads, and what it writes is read from `output`. Its standard error is ours.
int loadtest_spawn(const char *path, const char *argument, int *input, int *output);

/// The first IPv4 address of a host in host byte order, 0 when it has none.
uint32_t loadtest_resolve(const char *host);

/// Raises the soft limit of open descriptors to the hard one and returns it.
uint64_t loadtest_descriptors_max(void);

/// CPU time of this process so far, user and system (getrusage), in nanoseconds.
uint64_t loadtest_own_cpu_ns(void);

#endif

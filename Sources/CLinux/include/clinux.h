#ifndef CLINUX_H
#define CLINUX_H

// What Glibc's module map leaves out. _GNU_SOURCE is defined in the .c file only: in a header it would give the same C
// types two definitions in two Swift modules.

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

/// TCP_NOTSENT_LOWAT of tcp(7).
static const int confab_tcp_notsent_lowat = 25;

/// accept4(2): the new descriptor, non-blocking and closed on exec, or -1 with errno set.
int confab_accept(int listener, struct sockaddr *_Nullable address, socklen_t *_Nullable length);

/// Names the calling thread, as `top -H` and a debugger show it; 15 bytes at most are kept.
void confab_name_thread(const char *_Nonnull name);

/// Lets threads of a lower niceness go first, when there are more than processors.
void confab_stand_back(int niceness);

/// Gives the thread's signals to nobody: SIGTERM, SIGINT, SIGHUP and SIGPIPE are blocked in it and in its children.
void confab_block_signals(void);

/// A descriptor (signalfd) that becomes readable when SIGTERM, SIGINT or SIGHUP arrives; -1 with errno set.
int confab_open_signals(void);

/// The next signal's number, or 0 when none waits.
int confab_read_signal(int descriptor);

/// Waits for a semaphore (sem_t) for so many milliseconds, whatever becomes of the clock on the wall meanwhile; -1 with
/// errno set when that was not enough.
int confab_wait(void *_Nonnull semaphore, int64_t milliseconds);

/// Forbids core dumps and reading this process's memory by its own user's other processes (PR_SET_DUMPABLE).
void confab_forbid_dumps(void);

#endif

#ifndef CTLS_H
#define CTLS_H

#include <stddef.h>

/// What a handshake needs next.
enum { LOADTEST_TLS_FAILED = -1, LOADTEST_TLS_WANTS_READ = 0, LOADTEST_TLS_DONE = 1, LOADTEST_TLS_WANTS_WRITE = 2 };

/// A client's settings: TLS 1.2 or later, the server's certificate checked by the certificates of `ca_file` (PEM), or by
/// the system's when that is NULL. NULL when the file cannot be used.
void *loadtest_tls_context(const char *ca_file);

/// TLS over a connected, non-blocking socket; the certificate must be for `host`. NULL without memory.
void *loadtest_tls_open(void *context, int descriptor, const char *host, int host_is_address);

/// Goes on with the handshake and says what it needs.
int loadtest_tls_handshake(void *tls);

/// Why the last call on this thread failed, in OpenSSL's words; a text of at most `size` bytes with its zero.
void loadtest_tls_reason(void *tls, char *text, size_t size);

/// Bytes received; 0 at the end, -EAGAIN when there is nothing yet, -EIO when TLS is broken.
long loadtest_tls_receive(void *tls, void *bytes, size_t size);

/// Bytes taken; -EAGAIN when the socket takes none now, -EIO when TLS is broken.
long loadtest_tls_send(void *tls, const void *bytes, size_t size);

/// Bytes that were received and decrypted, and not taken yet: no socket will tell of them.
int loadtest_tls_pending(void *tls);

void loadtest_tls_close(void *tls);

#endif

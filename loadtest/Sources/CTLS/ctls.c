#include "ctls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

void *loadtest_tls_context(const char *ca_file) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL) return NULL;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    int is_set = ca_file != NULL ? SSL_CTX_load_verify_locations(context, ca_file, NULL)
                                 : SSL_CTX_set_default_verify_paths(context);
    if (is_set == 1) return context;
    SSL_CTX_free(context);
    return NULL;
}

void *loadtest_tls_open(void *context, int descriptor, const char *host, int host_is_address) {
    SSL *tls = SSL_new(context);
    if (tls == NULL) return NULL;
    int is_set = host_is_address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host)
                                 : SSL_set1_host(tls, host) && SSL_set_tlsext_host_name(tls, host);
    if (is_set && SSL_set_fd(tls, descriptor)) {
        SSL_set_connect_state(tls);
        return tls;
    }
    SSL_free(tls);
    return NULL;
}

int loadtest_tls_handshake(void *tls) {
    ERR_clear_error();
    int status = SSL_do_handshake(tls);
    if (status == 1) return LOADTEST_TLS_DONE;
    switch (SSL_get_error(tls, status)) {
        case SSL_ERROR_WANT_READ: return LOADTEST_TLS_WANTS_READ;
        case SSL_ERROR_WANT_WRITE: return LOADTEST_TLS_WANTS_WRITE;
        default: return LOADTEST_TLS_FAILED;
    }
}

void loadtest_tls_reason(void *tls, char *text, size_t size) {
    if (size == 0) return;
    long verdict = SSL_get_verify_result(tls);
    const char *reason = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                              : ERR_reason_error_string(ERR_peek_error());
    if (reason == NULL) reason = "the connection ended";
    size_t length = 0;
    while (length + 1 < size && reason[length] != 0) {
        text[length] = reason[length];
        length++;
    }
    text[length] = 0;
}

static long outcome(void *tls, int status) {
    switch (SSL_get_error(tls, status)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE: return -EAGAIN;
        case SSL_ERROR_ZERO_RETURN: return 0;
        default: return -EIO;
    }
}

long loadtest_tls_receive(void *tls, void *bytes, size_t size) {
    ERR_clear_error();
    int status = SSL_read(tls, bytes, size > INT_MAX ? INT_MAX : (int)size);
    return status > 0 ? status : outcome(tls, status);
}

long loadtest_tls_send(void *tls, const void *bytes, size_t size) {
    ERR_clear_error();
    int status = SSL_write(tls, bytes, size > INT_MAX ? INT_MAX : (int)size);
    if (status > 0) return status;
    long result = outcome(tls, status);
    return result == 0 ? -EIO : result;
}

int loadtest_tls_pending(void *tls) { return SSL_pending(tls); }

void loadtest_tls_close(void *tls) { SSL_free(tls); }

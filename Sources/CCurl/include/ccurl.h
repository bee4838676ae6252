#ifndef CCURL_H
#define CCURL_H

// libcurl without its headers: prototypes of our own, looked up with dlopen when they are first needed, so that the one
// binary runs with it and without it. `scripts/check-abi` compiles this against the real headers and compares.

#include <stddef.h>
#include <stdint.h>

/// One transfer, and many at once. Each is used by one thread.
typedef struct ccurl_easy ccurl_easy;
typedef struct ccurl_multi ccurl_multi;
/// Lines of text: header fields, recipients.
typedef struct ccurl_list ccurl_list;

/// Loads the library once; 0 when it is there. `why` then says what is wrong.
int ccurl_load(const char *_Nullable *_Nonnull why);

/// As in `libcurl/7.88.1 OpenSSL/3.0.15 zlib/1.2.13`. Only after `ccurl_load`, like everything below.
const char *_Nonnull ccurl_version(void);
/// The schemes that it speaks, ended by a null pointer.
const char *_Nullable const *_Nonnull ccurl_protocols(void);

ccurl_easy *_Nullable ccurl_easy_new(void);
void ccurl_easy_free(ccurl_easy *_Nonnull easy);
/// The functions of curl_easy_setopt(3), by the type of the value; 0 is CURLE_OK.
int ccurl_set_number(ccurl_easy *_Nonnull easy, int option, long value);
int ccurl_set_text(ccurl_easy *_Nonnull easy, int option, const char *_Nonnull value);
int ccurl_set_list(ccurl_easy *_Nonnull easy, int option, ccurl_list *_Nullable value);
/// Copies the body.
int ccurl_set_body(ccurl_easy *_Nonnull easy, const void *_Nonnull bytes, size_t count);
/// The HTTP status or the last SMTP reply; 0 when there was none.
long ccurl_status(ccurl_easy *_Nonnull easy);
const char *_Nonnull ccurl_explain(int code);

ccurl_list *_Nullable ccurl_list_add(ccurl_list *_Nullable list, const char *_Nonnull text);
void ccurl_list_free(ccurl_list *_Nullable list);

/// What a transfer asks of whoever owns it. Each function is handed `context`.
typedef struct {
    void *_Nonnull context;
    /// A piece of the answer; 0 to go on, anything else ends the transfer.
    int (*_Nonnull body)(void *_Nonnull context, const uint8_t *_Nonnull bytes, size_t count);
    /// A line of the answer's head, likewise.
    int (*_Nonnull head)(void *_Nonnull context, const uint8_t *_Nonnull bytes, size_t count);
    /// Whether this address (4 or 16 bytes) may be connected to; 0 if not.
    int (*_Nonnull allows)(void *_Nonnull context, const uint8_t *_Nonnull address, size_t count);
    /// Fills in what is uploaded next; 0 at the end.
    size_t (*_Nonnull upload)(void *_Nonnull context, uint8_t *_Nonnull into, size_t room);
} ccurl_owner;
/// `owner` must outlive the transfer.
int ccurl_set_owner(ccurl_easy *_Nonnull easy, const ccurl_owner *_Nonnull owner);

ccurl_multi *_Nullable ccurl_multi_new(void);
void ccurl_multi_free(ccurl_multi *_Nonnull multi);
int ccurl_multi_add(ccurl_multi *_Nonnull multi, ccurl_easy *_Nonnull easy);
int ccurl_multi_remove(ccurl_multi *_Nonnull multi, ccurl_easy *_Nonnull easy);
/// Does what can be done without waiting.
int ccurl_multi_perform(ccurl_multi *_Nonnull multi);
/// Waits until something can be done, until `descriptor` is readable, or until the time is over.
int ccurl_multi_wait(ccurl_multi *_Nonnull multi, int descriptor, int milliseconds);
/// A transfer that has ended, with its CURLcode; NULL when there is none.
ccurl_easy *_Nullable ccurl_multi_ended(ccurl_multi *_Nonnull multi, int *_Nonnull code);

// Options and codes of curl.h that are used here; the numbers are part of libcurl's ABI.
#define CCURL_NUMBERS(X) \
    X(CURLOPT_TIMEOUT_MS, 155) X(CURLOPT_CONNECTTIMEOUT_MS, 156) X(CURLOPT_NOSIGNAL, 99) \
    X(CURLOPT_FOLLOWLOCATION, 52) X(CURLOPT_UPLOAD, 46) X(CURLOPT_SSL_VERIFYPEER, 64) X(CURLOPT_SSL_VERIFYHOST, 81) \
    X(CURLOPT_USE_SSL, 119) X(CURLOPT_HTTP_VERSION, 84) X(CURLOPT_FRESH_CONNECT, 74) X(CURLOPT_FORBID_REUSE, 75) \
    X(CURLOPT_PROTOCOLS, 181) X(CURLOPT_SSLVERSION, 32) X(CURLOPT_POSTFIELDSIZE, 60) X(CURLOPT_HTTPGET, 80) \
    X(CURLOPT_POST, 47) X(CURLOPT_URL, 10002) X(CURLOPT_PROXY, 10004) X(CURLOPT_HTTPHEADER, 10023) \
    X(CURLOPT_CUSTOMREQUEST, 10036) X(CURLOPT_CAINFO, 10065) X(CURLOPT_COPYPOSTFIELDS, 10165) \
    X(CURLOPT_USERNAME, 10173) X(CURLOPT_PASSWORD, 10174) X(CURLOPT_MAIL_FROM, 10186) X(CURLOPT_MAIL_RCPT, 10187) \
    X(CURLOPT_USERAGENT, 10018) X(CURLOPT_INFILESIZE, 14) X(CURLOPT_LOW_SPEED_LIMIT, 19) \
    X(CURLOPT_LOW_SPEED_TIME, 20) X(CURLOPT_NOBODY, 44) \
    X(CURLOPT_PROTOCOLS_STR, 10318) X(CURLOPT_WRITEDATA, 10001) X(CURLOPT_READDATA, 10009) \
    X(CURLOPT_HEADERDATA, 10029) X(CURLOPT_OPENSOCKETDATA, 10164) X(CURLOPT_WRITEFUNCTION, 20011) \
    X(CURLOPT_READFUNCTION, 20012) X(CURLOPT_HEADERFUNCTION, 20079) X(CURLOPT_OPENSOCKETFUNCTION, 20163) \
    X(CURLUSESSL_NONE, 0) X(CURLUSESSL_ALL, 3) X(CURL_HTTP_VERSION_1_1, 2) X(CURL_SSLVERSION_TLSv1_2, 6) \
    X(CURL_HTTP_VERSION_2TLS, 4) \
    X(CURLPROTO_HTTP, 1) X(CURLPROTO_HTTPS, 2) X(CURLPROTO_SMTP, 65536) X(CURLPROTO_SMTPS, 131072) \
    X(CURLINFO_RESPONSE_CODE, 2097154) X(CURLMSG_DONE, 1) X(CURL_GLOBAL_ALL, 3) X(CURLVERSION_FIRST, 0) \
    X(CURLE_OK, 0) X(CURLE_UNSUPPORTED_PROTOCOL, 1) X(CURLE_URL_MALFORMAT, 3) X(CURLE_COULDNT_RESOLVE_HOST, 6) \
    X(CURLE_COULDNT_CONNECT, 7) X(CURLE_WRITE_ERROR, 23) X(CURLE_OPERATION_TIMEDOUT, 28) \
    X(CURLE_UNKNOWN_OPTION, 48) X(CURLE_SEND_ERROR, 55) X(CURLE_LOGIN_DENIED, 67)
typedef enum CCurlName {
#define X(name, value) CC_##name = value,
    CCURL_NUMBERS(X)
#undef X
} CCurlName;

#endif

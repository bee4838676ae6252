#define _GNU_SOURCE
#ifdef CHECK_ABI
#include <curl/curl.h>
#endif
#include "ccurl.h"

#include <dlfcn.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef CHECK_ABI
// What curl.h declares of the handles, structures and types that its functions take.
typedef void CURL;
typedef void CURLM;
typedef int CURLcode;
typedef int CURLMcode;
typedef int CURLoption;
typedef int CURLINFO;
typedef int CURLversion;
typedef int CURLMSG;
typedef int curl_socket_t;
typedef int curlsocktype;
struct curl_slist {
    char *data;
    struct curl_slist *next;
};
struct curl_waitfd {
    int fd;
    short events;
    short revents;
};
struct curl_sockaddr {
    int family;
    int socktype;
    int protocol;
    unsigned int addrlen;
    struct sockaddr addr;
};
typedef struct {
    CURLMSG msg;
    CURL *easy_handle;
    union {
        void *whatever;
        CURLcode result;
    } data;
} CURLMsg;
// The members that every version has had.
typedef struct {
    CURLversion age;
    const char *version;
    unsigned int version_num;
    const char *host;
    int features;
    const char *ssl_version;
    long ssl_version_num;
    const char *libz_version;
    const char *const *protocols;
} curl_version_info_data;
#endif

#define CURL_API(X) \
    X(CURLcode, curl_global_init, (long flags)) \
    X(char *, curl_version, (void)) \
    X(curl_version_info_data *, curl_version_info, (CURLversion age)) \
    X(CURL *, curl_easy_init, (void)) \
    X(void, curl_easy_cleanup, (CURL * easy)) \
    X(CURLcode, curl_easy_setopt, (CURL * easy, CURLoption option, ...)) \
    X(CURLcode, curl_easy_getinfo, (CURL * easy, CURLINFO info, ...)) \
    X(const char *, curl_easy_strerror, (CURLcode code)) \
    X(struct curl_slist *, curl_slist_append, (struct curl_slist * list, const char *text)) \
    X(void, curl_slist_free_all, (struct curl_slist * list)) \
    X(CURLM *, curl_multi_init, (void)) \
    X(CURLMcode, curl_multi_cleanup, (CURLM * multi)) \
    X(CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL * easy)) \
    X(CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL * easy)) \
    X(CURLMcode, curl_multi_perform, (CURLM * multi, int *running)) \
    X(CURLMcode, curl_multi_poll, \
      (CURLM * multi, struct curl_waitfd extra[], unsigned int count, int milliseconds, int *ready)) \
    X(CURLMsg *, curl_multi_info_read, (CURLM * multi, int *left))

#ifdef CHECK_ABI
// Macros of curl.h that check the types of arguments stand before the functions themselves.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#define X(ret, name, args) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(&name), ret(*) args), "another prototype: " #name);
CURL_API(X)
#undef X
#undef CURLOPT_PROTOCOLS
#define X(name, value) _Static_assert((long)(name) == (value), "another number: " #name);
#define CURLOPT_PROTOCOLS 181
CCURL_NUMBERS(X)
#undef X
_Static_assert(offsetof(curl_version_info_data, protocols) == 64, "another curl_version_info_data");
_Static_assert(offsetof(struct curl_sockaddr, addr) == 16, "another curl_sockaddr");
_Static_assert(sizeof(struct curl_waitfd) == 8, "another curl_waitfd");
_Static_assert(offsetof(CURLMsg, data) == 16, "another CURLMsg");
_Static_assert(offsetof(struct curl_slist, next) == 8, "another curl_slist");
_Static_assert(sizeof(CURLcode) == 4 && sizeof(CURLoption) == 4 && sizeof(CURLINFO) == 4, "other enumerations");
_Static_assert(sizeof(curl_socket_t) == 4 && sizeof(curlsocktype) == 4, "another kind of socket");
#endif

static struct {
#define X(ret, name, args) ret(*name) args;
    CURL_API(X)
#undef X
} api;
static const char *failure;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        failure = "install libcurl4";
        return;
    }
#define X(ret, name, args) \
    *(void **)&api.name = dlsym(library, #name); \
    if (!api.name) { \
        failure = "this libcurl is too old: it has no " #name; \
        return; \
    }
    CURL_API(X)
#undef X
    if (api.curl_global_init(CC_CURL_GLOBAL_ALL) != 0) failure = "libcurl does not start";
}

int ccurl_load(const char **why) {
    pthread_once(&once, load);
    *why = failure;
    return failure ? -1 : 0;
}

const char *ccurl_version(void) { return api.curl_version(); }

const char *const *ccurl_protocols(void) { return api.curl_version_info(CC_CURLVERSION_FIRST)->protocols; }

// MARK: One transfer

ccurl_easy *ccurl_easy_new(void) { return (ccurl_easy *)api.curl_easy_init(); }
void ccurl_easy_free(ccurl_easy *easy) { api.curl_easy_cleanup(easy); }

int ccurl_set_number(ccurl_easy *easy, int option, long value) { return api.curl_easy_setopt(easy, option, value); }
int ccurl_set_text(ccurl_easy *easy, int option, const char *value) {
    return api.curl_easy_setopt(easy, option, value);
}
int ccurl_set_list(ccurl_easy *easy, int option, ccurl_list *value) {
    return api.curl_easy_setopt(easy, option, (struct curl_slist *)value);
}
int ccurl_set_body(ccurl_easy *easy, const void *bytes, size_t count) {
    int code = api.curl_easy_setopt(easy, CC_CURLOPT_POSTFIELDSIZE, (long)count);
    return code ? code : (int)api.curl_easy_setopt(easy, CC_CURLOPT_COPYPOSTFIELDS, bytes);
}

long ccurl_status(ccurl_easy *easy) {
    long status = 0;
    api.curl_easy_getinfo(easy, CC_CURLINFO_RESPONSE_CODE, &status);
    return status;
}

const char *ccurl_explain(int code) { return api.curl_easy_strerror(code); }

ccurl_list *ccurl_list_add(ccurl_list *list, const char *text) {
    return (ccurl_list *)api.curl_slist_append((struct curl_slist *)list, text);
}
void ccurl_list_free(ccurl_list *list) { api.curl_slist_free_all((struct curl_slist *)list); }

// MARK: What libcurl calls

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    const ccurl_owner *owner = context;
    return owner->body(owner->context, (const uint8_t *)bytes, size * count) == 0 ? size * count : 0;
}

static size_t on_head(char *bytes, size_t size, size_t count, void *context) {
    const ccurl_owner *owner = context;
    return owner->head(owner->context, (const uint8_t *)bytes, size * count) == 0 ? size * count : 0;
}

static size_t on_upload(char *into, size_t size, size_t count, void *context) {
    const ccurl_owner *owner = context;
    return owner->upload(owner->context, (uint8_t *)into, size * count);
}

/// The address that is connected to is the one that is asked about: no name is looked up in between.
static curl_socket_t on_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address) {
    const ccurl_owner *owner = context;
    int allowed = 0;
    (void)purpose;
    if (address->family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
        allowed = owner->allows(owner->context, (const uint8_t *)&v4->sin_addr, 4);
    } else if (address->family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;
        allowed = owner->allows(owner->context, (const uint8_t *)&v6->sin6_addr, 16);
    }
    if (!allowed) return -1;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int ccurl_set_owner(ccurl_easy *easy, const ccurl_owner *owner) {
    int code = api.curl_easy_setopt(easy, CC_CURLOPT_WRITEFUNCTION, on_body);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_WRITEDATA, owner);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_HEADERFUNCTION, on_head);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_HEADERDATA, owner);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_READFUNCTION, on_upload);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_READDATA, owner);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_OPENSOCKETFUNCTION, on_socket);
    if (!code) code = api.curl_easy_setopt(easy, CC_CURLOPT_OPENSOCKETDATA, owner);
    return code;
}

// MARK: Many transfers

ccurl_multi *ccurl_multi_new(void) { return (ccurl_multi *)api.curl_multi_init(); }
void ccurl_multi_free(ccurl_multi *multi) { api.curl_multi_cleanup(multi); }
int ccurl_multi_add(ccurl_multi *multi, ccurl_easy *easy) { return api.curl_multi_add_handle(multi, easy); }
int ccurl_multi_remove(ccurl_multi *multi, ccurl_easy *easy) { return api.curl_multi_remove_handle(multi, easy); }

int ccurl_multi_perform(ccurl_multi *multi) {
    int running = 0;
    return api.curl_multi_perform(multi, &running);
}

int ccurl_multi_wait(ccurl_multi *multi, int descriptor, int milliseconds) {
    // CURL_WAIT_POLLIN of multi.h.
    struct curl_waitfd extra = {descriptor, 1, 0};
    int ready = 0;
    return api.curl_multi_poll(multi, &extra, 1, milliseconds, &ready);
}

ccurl_easy *ccurl_multi_ended(ccurl_multi *multi, int *code) {
    int left = 0;
    CURLMsg *message;
    while ((message = api.curl_multi_info_read(multi, &left))) {
        if (message->msg != CC_CURLMSG_DONE) continue;
        *code = message->data.result;
        return (ccurl_easy *)message->easy_handle;
    }
    return NULL;
}

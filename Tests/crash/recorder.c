// Writes down what a server does to its data directory: every write with its bytes, every sync, every change of a name,
// in the order in which the calls began, each with the times of its beginning and end. To be preloaded (LD_PRELOAD);
// replay.py rebuilds from it what a power cut could have left.
//
//   RECORD_UNDER  the directory whose files are of interest
//   RECORD_TO     where the records go; an existing file is written on
//   RECORD_SYNC_US  microseconds that every sync takes longer, as on a slower disk: what is told before its sync has
//                 returned is then told early enough to be noticed
//
// A record is a head of seven 64-bit numbers (kind, begun, ended, inode, offset, length of a, length of b) and then a
// and b. Times are nanoseconds of CLOCK_MONOTONIC, which is the same for all processes. A call is written down when it
// has ended, under one lock, and only when it succeeded; calls on one file that overlap are those of one thread each.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MAKE_DIRECTORY, LINK };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int log_descriptor = -1;
static char under[PATH_MAX];
static size_t under_length;
static useconds_t sync_delay;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off64_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static int (*real_ftruncate)(int, off_t);
static int (*real_ftruncate64)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_open)(const char *, int, ...);
static int (*real_open64)(const char *, int, ...);
static int (*real_rename)(const char *, const char *);
static int (*real_link)(const char *, const char *);
static int (*real_unlink)(const char *);
static int (*real_mkdir)(const char *, mode_t);

static void prepare(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite");
    real_pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
    real_writev = dlsym(RTLD_NEXT, "writev");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate");
    real_ftruncate64 = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_open = dlsym(RTLD_NEXT, "open");
    real_open64 = dlsym(RTLD_NEXT, "open64");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_link = dlsym(RTLD_NEXT, "link");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_mkdir = dlsym(RTLD_NEXT, "mkdir");
    const char *to = getenv("RECORD_TO"), *directory = getenv("RECORD_UNDER"), *delay = getenv("RECORD_SYNC_US");
    if (!to || !directory || !realpath(directory, under)) return;
    under_length = strlen(under);
    sync_delay = delay ? (useconds_t)atoi(delay) : 0;
    log_descriptor = real_open(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void ready(void) { pthread_once(&once, prepare); }

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// A recorder that cannot write must not be taken for a server that did nothing.
static void put(const void *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = real_write(log_descriptor, bytes, length);
        if (count <= 0) abort();
        bytes = (const char *)bytes + count;
        length -= (size_t)count;
    }
}

static void record(uint64_t kind, uint64_t begun, uint64_t inode, uint64_t offset, const void *a, size_t a_length,
                   const void *b, size_t b_length) {
    int kept = errno;
    pthread_mutex_lock(&lock);
    uint64_t head[7] = {kind, begun, now(), inode, offset, a_length, b_length};
    put(head, sizeof head);
    put(a, a_length);
    put(b, b_length);
    pthread_mutex_unlock(&lock);
    errno = kept;
}

// Whether a path lies in the directory; `out` gets what is behind it.
static int inside(const char *path, char *out) {
    char whole[PATH_MAX];
    if (log_descriptor < 0) return 0;
    if (path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else {
        if (!getcwd(whole, sizeof whole)) return 0;
        size_t length = strlen(whole);
        snprintf(whole + length, sizeof whole - length, "/%s", path);
    }
    if (strncmp(whole, under, under_length) != 0) return 0;
    if (whole[under_length] == '\0') { out[0] = '\0'; return 1; }
    if (whole[under_length] != '/') return 0;
    snprintf(out, PATH_MAX, "%s", whole + under_length + 1);
    return 1;
}

// The inode of a descriptor whose file lies in the directory, or 0. What is mapped and shared (-shm) is made anew by
// whoever opens the database, and counts for nothing.
static uint64_t file_of(int descriptor) {
    char link[64], path[PATH_MAX], rest[PATH_MAX];
    if (log_descriptor < 0 || descriptor == log_descriptor) return 0;
    struct stat status;
    if (fstat(descriptor, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = '\0';
    return inside(path, rest) ? status.st_ino : 0;
}

static uint64_t inode_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? status.st_ino : 0;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    uint64_t offset = inode ? (uint64_t)lseek(descriptor, 0, SEEK_CUR) : 0;
    ssize_t count = real_write(descriptor, bytes, length);
    if (inode && count > 0) record(WRITE, begun, inode, offset, bytes, (size_t)count, NULL, 0);
    return count;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    ssize_t count = real_pwrite(descriptor, bytes, length, offset);
    if (inode && count > 0) record(WRITE, begun, inode, (uint64_t)offset, bytes, (size_t)count, NULL, 0);
    return count;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    ssize_t count = real_pwrite64(descriptor, bytes, length, offset);
    if (inode && count > 0) record(WRITE, begun, inode, (uint64_t)offset, bytes, (size_t)count, NULL, 0);
    return count;
}

ssize_t writev(int descriptor, const struct iovec *parts, int part_count) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    uint64_t offset = inode ? (uint64_t)lseek(descriptor, 0, SEEK_CUR) : 0;
    ssize_t count = real_writev(descriptor, parts, part_count);
    ssize_t rest = inode ? count : 0;
    for (int index = 0; index < part_count && rest > 0; index++) {
        size_t length = parts[index].iov_len < (size_t)rest ? parts[index].iov_len : (size_t)rest;
        record(WRITE, begun, inode, offset, parts[index].iov_base, length, NULL, 0);
        offset += length;
        rest -= (ssize_t)length;
    }
    return count;
}

int ftruncate(int descriptor, off_t length) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    int result = real_ftruncate(descriptor, length);
    if (inode && result == 0) record(TRUNCATE, begun, inode, (uint64_t)length, NULL, 0, NULL, 0);
    return result;
}

int ftruncate64(int descriptor, off64_t length) {
    ready();
    uint64_t inode = file_of(descriptor), begun = now();
    int result = real_ftruncate64(descriptor, length);
    if (inode && result == 0) record(TRUNCATE, begun, inode, (uint64_t)length, NULL, 0, NULL, 0);
    return result;
}

static int synced(int descriptor, int (*real)(int)) {
    uint64_t inode = file_of(descriptor), begun = now();
    if (inode && sync_delay) usleep(sync_delay);
    int result = real(descriptor);
    if (inode && result == 0) {
        char link[64], path[PATH_MAX], rest[PATH_MAX] = "";
        snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        ssize_t length = readlink(link, path, sizeof path - 1);
        path[length > 0 ? length : 0] = '\0';
        inside(path, rest);
        record(SYNC, begun, inode, 0, rest, strlen(rest), NULL, 0);
    }
    return result;
}

int fsync(int descriptor) {
    ready();
    return synced(descriptor, real_fsync);
}

int fdatasync(int descriptor) {
    ready();
    return synced(descriptor, real_fdatasync);
}

static int opened(int descriptor, const char *path, int flags, int was_there, uint64_t begun) {
    char name[PATH_MAX];
    if (descriptor < 0 || !inside(path, name)) return descriptor;
    uint64_t inode = inode_of(path);
    if ((flags & O_CREAT) && !was_there) record(CREATE, begun, inode, 0, name, strlen(name), NULL, 0);
    else if (flags & O_TRUNC) record(TRUNCATE, begun, inode, 0, NULL, 0, NULL, 0);
    return descriptor;
}

#define OPENING(real)                                       \
    mode_t mode = 0;                                        \
    if (flags & (O_CREAT | O_TMPFILE)) {                    \
        va_list rest;                                       \
        va_start(rest, flags);                              \
        mode = va_arg(rest, mode_t);                        \
        va_end(rest);                                       \
    }                                                       \
    ready();                                                \
    int was_there = (flags & O_CREAT) && inode_of(path);    \
    uint64_t begun = now();                                 \
    return opened(real(path, flags, mode), path, flags, was_there, begun);

int open(const char *path, int flags, ...) { OPENING(real_open) }
int open64(const char *path, int flags, ...) { OPENING(real_open64) }

int rename(const char *from, const char *to) {
    ready();
    char old_name[PATH_MAX], new_name[PATH_MAX];
    uint64_t inode = inode_of(from), begun = now();
    int result = real_rename(from, to);
    if (result == 0 && inside(from, old_name) && inside(to, new_name))
        record(RENAME, begun, inode, 0, old_name, strlen(old_name), new_name, strlen(new_name));
    return result;
}

int link(const char *from, const char *to) {
    ready();
    char old_name[PATH_MAX], new_name[PATH_MAX];
    uint64_t inode = inode_of(from), begun = now();
    int result = real_link(from, to);
    if (result == 0 && inside(from, old_name) && inside(to, new_name))
        record(LINK, begun, inode, 0, old_name, strlen(old_name), new_name, strlen(new_name));
    return result;
}

int unlink(const char *path) {
    ready();
    char name[PATH_MAX];
    uint64_t begun = now();
    int result = real_unlink(path);
    if (result == 0 && inside(path, name)) record(UNLINK, begun, 0, 0, name, strlen(name), NULL, 0);
    return result;
}

int mkdir(const char *path, mode_t mode) {
    ready();
    char name[PATH_MAX];
    uint64_t begun = now();
    int result = real_mkdir(path, mode);
    if (result == 0 && inside(path, name))
        record(MAKE_DIRECTORY, begun, inode_of(path), 0, name, strlen(name), NULL, 0);
    return result;
}

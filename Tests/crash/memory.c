// Memory that there is not. To be preloaded (LD_PRELOAD); what one of the libraries whose names MEMORY_OF has, with
// colons between them, asks for is refused now and then, or whoever asks where it is "all".
//
// MEMORY_PLAN is a file of four 64-bit numbers that may be changed at any time: the number of the call that is refused
// (0 refuses none), of how many calls after that one is refused by chance (0 refuses none), how many calls there have
// been, and how many were refused. Setting the third to 0 begins to count anew.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { RANGES_MAX = 64 };

struct plan { uint64_t number, one_in, count, refused; };

static struct plan *plan;
static int of_all;
static struct { uintptr_t begin, end; } ranges[RANGES_MAX];
static int range_count;

static int find(struct dl_phdr_info *info, size_t size, void *names) {
    (void)size;
    const char *base = strrchr(info->dlpi_name, '/');
    char list[512];
    strncpy(list, names, sizeof list - 1);
    list[sizeof list - 1] = '\0';
    char *rest = NULL;
    for (char *name = strtok_r(list, ":", &rest); name; name = strtok_r(NULL, ":", &rest)) {
        if (!base || strncmp(base + 1, name, strlen(name)) != 0) continue;
        for (int index = 0; index < info->dlpi_phnum && range_count < RANGES_MAX; index++) {
            if (info->dlpi_phdr[index].p_type != PT_LOAD || !(info->dlpi_phdr[index].p_flags & PF_X)) continue;
            ranges[range_count].begin = info->dlpi_addr + info->dlpi_phdr[index].p_vaddr;
            ranges[range_count].end = ranges[range_count].begin + info->dlpi_phdr[index].p_memsz;
            range_count++;
        }
    }
    return 0;
}

// Who is asked before this is done refuses nothing.
__attribute__((constructor)) static void prepare(void) {
    const char *path = getenv("MEMORY_PLAN"), *of = getenv("MEMORY_OF");
    int descriptor = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (descriptor < 0 || !of) abort();
    of_all = strcmp(of, "all") == 0;
    dl_iterate_phdr(find, (void *)of);
    if (!of_all && range_count == 0) abort();
    struct plan *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (shared == MAP_FAILED) abort();
    close(descriptor);
    plan = shared;
}

static int is_refused(void *caller) {
    if (!plan) return 0;
    uintptr_t address = (uintptr_t)caller;
    int counts = of_all;
    for (int index = 0; index < range_count && !counts; index++)
        counts = address >= ranges[index].begin && address < ranges[index].end;
    if (!counts) return 0;
    uint64_t count = __atomic_add_fetch(&plan->count, 1, __ATOMIC_RELAXED);
    uint64_t number = __atomic_load_n(&plan->number, __ATOMIC_RELAXED);
    uint64_t one_in = __atomic_load_n(&plan->one_in, __ATOMIC_RELAXED);
    // A mixture of the count's bits is chance enough, and the same each time.
    uint64_t mixed = (count * 0x9E3779B97F4A7C15u) >> 20;
    if (count != number && (one_in == 0 || mixed % one_in != 0)) return 0;
    __atomic_add_fetch(&plan->refused, 1, __ATOMIC_RELAXED);
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size) {
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return is_refused(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    if (is_refused(__builtin_return_address(0))) return ENOMEM;
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}

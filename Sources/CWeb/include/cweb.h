#ifndef CWEB_H
#define CWEB_H

#include <stddef.h>

/// A file of the pages, as it lies in Sources/Web/Assets, embedded in the binary.
struct confab_web_file {
    const char *_Nonnull name;
    const unsigned char *_Nonnull bytes;
    size_t byte_count;
};

size_t confab_web_file_count(void);

/// The file in this place of them all, which are sorted by name. `index` is less than the count.
struct confab_web_file confab_web_file(size_t index);

#endif

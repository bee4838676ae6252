/* Gives every page of a data file the checksum that the server expects, for tests that write to one by other hands.
   It is that of SQLite's cksumvfs, written here a second time from its description: https://www.sqlite.org/cksumvfs.html */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void sum(const uint32_t *words, size_t count, uint32_t *seal) {
    uint32_t a = 0, b = 0;
    for (size_t i = 0; i < count; i += 2) {
        a += words[i] + b;
        b += words[i + 1] + a;
    }
    seal[0] = a;
    seal[1] = b;
}

int main(int argc, char **argv) {
    enum { page = 4096 };
    static uint32_t words[page / 4];
    FILE *file = argc == 2 ? fopen(argv[1], "r+b") : NULL;
    if (!file) return 2;
    for (long offset = 0; fread(words, page, 1, file) == 1; offset += page) {
        uint32_t seal[2];
        if (offset == 0 && ((unsigned char *)words)[20] != 8) return 3;
        sum(words, page / 4 - 2, seal);
        if (memcmp(seal, words + page / 4 - 2, sizeof seal) == 0) continue;
        memcpy(words + page / 4 - 2, seal, sizeof seal);
        if (fseek(file, offset, SEEK_SET) || fwrite(words, page, 1, file) != 1) return 1;
        if (fseek(file, offset + page, SEEK_SET)) return 1;
    }
    return fclose(file) ? 1 : 0;
}

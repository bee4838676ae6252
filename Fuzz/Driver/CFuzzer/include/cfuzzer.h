#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// The whole of libFuzzer, for a program that has a main of its own. Reads libFuzzer's options from the arguments, calls
/// `check` with one input after another, and gives the status to exit with.
int LLVMFuzzerRunDriver(int *_Nonnull argc, char *_Nonnull *_Nonnull *_Nonnull argv,
                        int (*_Nonnull check)(const uint8_t *_Nullable bytes, size_t byteCount));

#endif

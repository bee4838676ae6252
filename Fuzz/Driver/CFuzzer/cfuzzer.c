// The function is in the compiler's library, linked by -sanitize=fuzzer; a module of C needs a file to compile.
#include "cfuzzer.h"

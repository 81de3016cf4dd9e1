// SPDX-License-Identifier: Apache-2.0
// LD_PRELOAD for tests/fault: what is written to the files whose path holds $RELEVE_FAULT_FILES fails as the first
// letter in the file $RELEVE_FAULT says: w no room (ENOSPC, in the middle of a write), f what was written can't be
// synced (EIO), r read-only (EROFS); anything else: all is well. The file is mapped: what the test writes into it holds
// at once.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const volatile char* mode = NULL;

__attribute__((constructor)) static void begin(void) {
    const char* path = getenv("RELEVE_FAULT");
    const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    void* all = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    if (all != MAP_FAILED) mode = all;
}

/// The letter that holds for this descriptor; 0: none.
static char fault_of(int fd) {
    const char now = mode == NULL ? '0' : *mode;
    const char* files = getenv("RELEVE_FAULT_FILES");
    if (now == '0' || files == NULL) return 0;
    char link[32] = "/proc/self/fd/", path[4096];
    char digits[12];
    int count = 0;
    for (int rest = fd; count == 0 || rest > 0; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    for (size_t at = strlen(link); count > 0;) link[at++] = digits[--count];
    const ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return strstr(path, files) == NULL ? 0 : now;
}

static ssize_t fails(int code) {
    errno = code;
    return -1;
}

static ssize_t put(int fd, const void* data, size_t size, off_t at, int number) {
    const char fault = fault_of(fd);
    if (fault == 'r') return fails(EROFS);
    if (fault == 'w' && size <= 512) return fails(ENOSPC);
    if (fault == 'w') size = 512; // the rest does not fit
    return number == SYS_write ? syscall(SYS_write, fd, data, size) : syscall(SYS_pwrite64, fd, data, size, at);
}

ssize_t write(int fd, const void* data, size_t size) { return put(fd, data, size, 0, SYS_write); }
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) { return put(fd, data, size, at, SYS_pwrite64); }
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) { return put(fd, data, size, at, SYS_pwrite64); }

int fsync(int fd) { return fault_of(fd) == 'f' ? (int)fails(EIO) : (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return fault_of(fd) == 'f' ? (int)fails(EIO) : (int)syscall(SYS_fdatasync, fd); }

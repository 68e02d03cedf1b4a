/* Counts the system calls that change files, and ends the process without warning just before the n-th.
 *
 * Preloaded into a Python process: kill_at(n, torn) arms it (torn: the n-th call, if it is a write, still writes half
 * of its bytes first; 0 disarms), kill_count() says how many there have been. It sees Python's own calls and SQLite's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long armed = 0, torn = 0, count = 0;

void kill_at(long n, long half) { armed = n; torn = half; count = 0; }
long kill_count(void) { return count; }

static void end(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* Whether the next call is the n-th. */
static int due(void) { return armed && ++count == armed; }

#define REAL(name) static __typeof__(name) *real; if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define COUNTED(type, name, params, args) \
    type name params { REAL(name); if (due()) end(); return real args; }

COUNTED(int, fsync, (int fd), (fd))
COUNTED(int, fdatasync, (int fd), (fd))
COUNTED(int, rename, (const char *a, const char *b), (a, b))
COUNTED(int, link, (const char *a, const char *b), (a, b))
COUNTED(int, unlink, (const char *a), (a))
COUNTED(int, mkdir, (const char *a, mode_t m), (a, m))
COUNTED(int, ftruncate, (int fd, off_t n), (fd, n))
COUNTED(int, ftruncate64, (int fd, off64_t n), (fd, n))

ssize_t write(int fd, const void *p, size_t n) {
    REAL(write);
    if (due()) { if (torn && n > 1) real(fd, p, n / 2); end(); }
    return real(fd, p, n);
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at) {
    REAL(pwrite);
    if (due()) { if (torn && n > 1) real(fd, p, n / 2, at); end(); }
    return real(fd, p, n, at);
}

ssize_t pwrite64(int fd, const void *p, size_t n, off64_t at) {
    REAL(pwrite64);
    if (due()) { if (torn && n > 1) real(fd, p, n / 2, at); end(); }
    return real(fd, p, n, at);
}

/* Opening counts when it may create. */
#define OPENED(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); mode_t mode = 0; \
        if (flags & O_CREAT) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); \
            if (due()) end(); } \
        return real(path, flags, mode); }
OPENED(open)
OPENED(open64)

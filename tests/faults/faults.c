/* What a disk is asked for below one folder: written down, counted, and refused or cut short at the k-th call.
 *
 * Loaded by LD_PRELOAD, so that it also sees what DuckDB, SQLite and polars ask for by themselves. `faults_arm` starts
 * it in a process (a forked one, too). Shared-memory files of SQLite (-shm) are no data and are passed over.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, NAME = 4, MAKE = 8 }; /* NAME: rename, link, unlink. MAKE: open to write, mkdir. */
enum { NOTHING, KILL_BEFORE, KILL_AFTER, KILL_TORN, FAIL_ONCE, FAIL_ON };

static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1, mask, action, error_number;
static long at;
static atomic_long seen[16], asked;

/* Begin: `folder` is absolute and resolved. `log` is a descriptor for lines, or -1. */
void faults_arm(const char *folder, int log, int kinds, long number, int what, int error)
{
    snprintf(root, sizeof root, "%s", folder);
    root_length = strlen(root);
    log_fd = log;
    mask = kinds;
    at = number;
    action = what;
    error_number = error;
    for (int i = 0; i < 16; i++)
        atomic_store(&seen[i], 0);
    atomic_store(&asked, 0);
}

/* How many calls of a kind there were since `faults_arm`. */
long faults_seen(int kind)
{
    return atomic_load(&seen[kind]);
}

#define REAL(type, name, ...)                                        \
    static type (*real_##name)(__VA_ARGS__);                         \
    if (!real_##name)                                                \
        *(void **)&real_##name = dlsym(RTLD_NEXT, #name);

static long plain_write(int fd, const void *data, size_t length)
{
    REAL(ssize_t, write, int, const void *, size_t)
    return real_write(fd, data, length);
}

static int inside(const char *path)
{
    if (!root_length || strncmp(path, root, root_length) || (path[root_length] && path[root_length] != '/'))
        return 0;
    size_t length = strlen(path);
    return !(length > 4 && !strcmp(path + length - 4, "-shm"));
}

static int path_of(int fd, char *path)
{
    if (!root_length)
        return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int kept = errno;
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = kept;
    if (length <= 0)
        return 0;
    path[length] = 0;
    return inside(path);
}

static int named(int folder, const char *name, char *path)
{
    if (!root_length || !name)
        return 0;
    if (name[0] == '/')
        snprintf(path, PATH_MAX, "%s", name);
    else if (folder == AT_FDCWD) {
        char here[PATH_MAX / 2];
        if (!getcwd(here, sizeof here))
            return 0;
        snprintf(path, PATH_MAX, "%s/%.2000s", here, name);
    } else {
        char base[PATH_MAX];
        if (!path_of(folder, base))
            return 0;
        snprintf(path, PATH_MAX, "%.2000s/%.2000s", base, name);
    }
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        path[--length] = 0;
    return inside(path);
}

static void note(const char *word, const char *path, const char *other)
{
    if (log_fd < 0)
        return;
    char line[2 * PATH_MAX + 32];
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\n", word, path, other ? other : "");
    int kept = errno;
    plain_write(log_fd, line, (size_t)length);
    errno = kept;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

/* What is to become of this call; dies here where the process is to die before it. */
static int fate(int kind)
{
    atomic_fetch_add(&seen[kind], 1);
    if (!(mask & kind))
        return NOTHING;
    long number = atomic_fetch_add(&asked, 1) + 1;
    if (action == FAIL_ON ? number < at : number != at)
        return NOTHING;
    if (action == KILL_BEFORE)
        die();
    return action;
}

static int refused(int told)
{
    if (told != FAIL_ONCE && told != FAIL_ON)
        return 0;
    errno = error_number;
    return 1;
}

#define AFTER(told)            \
    if ((told) == KILL_AFTER || (told) == KILL_TORN) \
        die();

static ssize_t written(int fd, const void *data, size_t length, off_t offset, int is_placed)
{
    REAL(ssize_t, pwrite64, int, const void *, size_t, off_t)
    char path[PATH_MAX];
    int told = NOTHING;
    if (path_of(fd, path)) {
        told = fate(WRITE);
        if (refused(told))
            return -1;
        if (told == KILL_TORN)
            length = (length + 1) / 2;
    }
    ssize_t done = is_placed ? real_pwrite64(fd, data, length, offset) : plain_write(fd, data, length);
    if (root_length && done >= 0 && path_of(fd, path))
        note("write", path, NULL);
    AFTER(told)
    return done;
}

ssize_t write(int fd, const void *data, size_t length) { return written(fd, data, length, 0, 0); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset, 1); }
ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) { return written(fd, data, length, offset, 1); }

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, writev, int, const struct iovec *, int)
    char path[PATH_MAX];
    if (!path_of(fd, path))
        return real_writev(fd, parts, count);
    return count ? written(fd, parts[0].iov_base, parts[0].iov_len, 0, 0) : 0; /* a short write is allowed */
}

#define SYNCS(name)                                  \
    int name(int fd)                                 \
    {                                                \
        REAL(int, name, int)                         \
        char path[PATH_MAX];                         \
        if (!path_of(fd, path))                      \
            return real_##name(fd);                  \
        int told = fate(SYNC);                       \
        if (refused(told))                           \
            return -1;                               \
        int done = real_##name(fd);                  \
        if (!done)                                   \
            note("sync", path, NULL);                \
        AFTER(told)                                  \
        return done;                                 \
    }
SYNCS(fsync)
SYNCS(fdatasync)

#define CUTS(name)                                   \
    int name(int fd, off_t length)                   \
    {                                                \
        REAL(int, name, int, off_t)                  \
        char path[PATH_MAX];                         \
        if (!path_of(fd, path))                      \
            return real_##name(fd, length);          \
        int told = fate(WRITE);                      \
        if (told == FAIL_ON && error_number == ENOSPC) \
            told = NOTHING; /* making a file shorter needs no space */ \
        if (refused(told))                           \
            return -1;                               \
        int done = real_##name(fd, length);          \
        if (!done)                                   \
            note("write", path, NULL);               \
        AFTER(told)                                  \
        return done;                                 \
    }
CUTS(ftruncate)
CUTS(ftruncate64)

static int opened(int folder, const char *name, int flags, mode_t mode)
{
    REAL(int, openat64, int, const char *, int, ...)
    char path[PATH_MAX];
    if (!(flags & (O_WRONLY | O_RDWR | O_CREAT)) || !named(folder, name, path))
        return real_openat64(folder, name, flags, mode);
    struct stat found;
    int kept = errno, is_new = stat(path, &found) != 0;
    errno = kept;
    if (is_new && !(flags & O_CREAT))
        return real_openat64(folder, name, flags, mode);
    if (!is_new && error_number != EROFS) /* a file that is there is opened on a full disk, too */
        return real_openat64(folder, name, flags, mode);
    int told = fate(MAKE);
    if (refused(told))
        return -1;
    int fd = real_openat64(folder, name, flags, mode);
    if (fd >= 0 && is_new)
        note("create", path, NULL);
    AFTER(told)
    return fd;
}

#define OPENS(name, ...)                             \
    {                                                \
        mode_t mode = 0;                             \
        if (flags & (O_CREAT | O_TMPFILE)) {         \
            va_list rest;                            \
            va_start(rest, flags);                   \
            mode = va_arg(rest, mode_t);             \
            va_end(rest);                            \
        }                                            \
        return opened(__VA_ARGS__, flags, mode);     \
    }
int open(const char *name, int flags, ...) OPENS(open, AT_FDCWD, name)
int open64(const char *name, int flags, ...) OPENS(open64, AT_FDCWD, name)
int openat(int folder, const char *name, int flags, ...) OPENS(openat, folder, name)
int openat64(int folder, const char *name, int flags, ...) OPENS(openat64, folder, name)

static int moved(int folder, const char *name, int new_folder, const char *new_name, int is_link, int flags)
{
    REAL(int, renameat, int, const char *, int, const char *)
    REAL(int, linkat, int, const char *, int, const char *, int)
    char path[PATH_MAX], other[PATH_MAX];
    int is_ours = named(folder, name, path) & named(new_folder, new_name, other), told = NOTHING;
    if (is_ours) {
        told = fate(NAME);
        if (told == FAIL_ON && error_number == ENOSPC)
            told = NOTHING;
        if (refused(told))
            return -1;
    }
    int done = is_link ? real_linkat(folder, name, new_folder, new_name, flags)
                       : real_renameat(folder, name, new_folder, new_name);
    if (is_ours && !done)
        note(is_link ? "link" : "rename", path, other);
    AFTER(told)
    return done;
}

int rename(const char *name, const char *other) { return moved(AT_FDCWD, name, AT_FDCWD, other, 0, 0); }
int renameat(int a, const char *name, int b, const char *other) { return moved(a, name, b, other, 0, 0); }
int link(const char *name, const char *other) { return moved(AT_FDCWD, name, AT_FDCWD, other, 1, 0); }
int linkat(int a, const char *name, int b, const char *other, int flags) { return moved(a, name, b, other, 1, flags); }

static int removed(int folder, const char *name, int flags)
{
    REAL(int, unlinkat, int, const char *, int)
    char path[PATH_MAX];
    struct stat found;
    int kept = errno;
    if (!named(folder, name, path) || lstat(path, &found)) {
        errno = kept;
        return real_unlinkat(folder, name, flags);
    }
    int told = fate(NAME);
    if (told == FAIL_ON && error_number == ENOSPC)
        told = NOTHING;
    if (refused(told))
        return -1;
    int done = real_unlinkat(folder, name, flags);
    if (!done)
        note("unlink", path, NULL);
    AFTER(told)
    return done;
}

int unlink(const char *name) { return removed(AT_FDCWD, name, 0); }
int unlinkat(int folder, const char *name, int flags) { return removed(folder, name, flags); }

static int made(int folder, const char *name, mode_t mode)
{
    REAL(int, mkdirat, int, const char *, mode_t)
    char path[PATH_MAX];
    struct stat found;
    int kept = errno;
    if (!named(folder, name, path) || !stat(path, &found)) {
        errno = kept;
        return real_mkdirat(folder, name, mode);
    }
    errno = kept;
    int told = fate(MAKE);
    if (refused(told))
        return -1;
    int done = real_mkdirat(folder, name, mode);
    if (!done)
        note("mkdir", path, NULL);
    AFTER(told)
    return done;
}

int mkdir(const char *name, mode_t mode) { return made(AT_FDCWD, name, mode); }
int mkdirat(int folder, const char *name, mode_t mode) { return made(folder, name, mode); }

/* Fails one call of the C library, for check-faults, which builds this and preloads it.
 *
 *   FAULT_CALL    the function, such as write
 *   FAULT_NUMBER  which of its calls fails, from 1; 0 for none
 *   FAULT_ERRNO   its errno; 0 for a call that does less than was asked (write, read)
 *   FAULT_REACHED a file that is created when that call is made
 *   FAULT_UNNAMED 0 for a file system that knows no files without a name
 *   FAULT_SLOW    microseconds that every call of the function takes longer
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char call_name[32];
static long number;
static int error_number;
static long slow;
static int unnamed = 1;
static char reached_path[4096];
static long calls;
static volatile int armed;

/* The order of constructors is free, so the first wrapped call may come before this one. */
__attribute__((constructor(101))) static void configure(void) {
  const char *text;
  if ((text = getenv("FAULT_CALL"))) strncpy(call_name, text, sizeof call_name - 1);
  if ((text = getenv("FAULT_NUMBER"))) number = atol(text);
  if ((text = getenv("FAULT_ERRNO"))) error_number = atoi(text);
  if ((text = getenv("FAULT_SLOW"))) slow = atol(text);
  if ((text = getenv("FAULT_UNNAMED"))) unnamed = atoi(text);
  if ((text = getenv("FAULT_REACHED"))) strncpy(reached_path, text, sizeof reached_path - 1);
}

/* Calls count from the program's own start: it looks at its descriptors, and at signals, before all else. */
static void arm(void) { armed = 1; }

/* Whether this call is the one that fails. */
static int hit(const char *name) {
  if (!armed || strcmp(name, call_name) != 0) return 0;
  if (slow > 0) {
    struct timespec rest = {slow / 1000000, slow % 1000000 * 1000};
    syscall(SYS_nanosleep, &rest, 0);
  }
  if (number == 0 || __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != number) return 0;
  long file = syscall(SYS_openat, AT_FDCWD, reached_path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) syscall(SYS_close, file);
  return 1;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define FAIL(name, value) \
  if (hit(name)) { \
    errno = error_number; \
    return value; \
  }

/* A call that moves bytes may also do less than was asked. */
#define TRANSFER(name, number, pointer) \
  ssize_t name(int file, pointer bytes, size_t count) { \
    if (hit(#name)) { \
      if (error_number == 0) return syscall(number, file, bytes, count > 1 ? 1 : count); \
      errno = error_number; \
      return -1; \
    } \
    return syscall(number, file, bytes, count); \
  }

TRANSFER(write, SYS_write, const void *)
TRANSFER(read, SYS_read, void *)

int fsync(int file) {
  FAIL("fsync", -1)
  return (int)syscall(SYS_fsync, file);
}

int close(int file) {
  /* Linux closes the descriptor whatever close returns. */
  if (hit("close")) {
    syscall(SYS_close, file);
    errno = error_number;
    return -1;
  }
  return (int)syscall(SYS_close, file);
}

int rename(const char *from, const char *to) {
  FAIL("rename", -1)
  return (int)syscall(SYS_rename, from, to);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
  FAIL("linkat", -1)
  return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

int ftruncate(int file, off_t size) {
  FAIL("ftruncate", -1)
  return (int)syscall(SYS_ftruncate, file, size);
}

int fchmod(int file, mode_t mode) {
  FAIL("fchmod", -1)
  return (int)syscall(SYS_fchmod, file, mode);
}

int flock(int file, int operation) {
  FAIL("flock", -1)
  return (int)syscall(SYS_flock, file, operation);
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
  va_end(list);
  if ((flags & O_TMPFILE) == O_TMPFILE && !unnamed) {
    errno = EOPNOTSUPP;
    return -1;
  }
  FAIL("open", -1)
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int fcntl(int file, int command, ...) {
  arm();
  va_list list;
  va_start(list, command);
  long argument = va_arg(list, long);
  va_end(list);
  return (int)syscall(SYS_fcntl, file, command, argument);
}

/* The names of programs that were built for files of any size. */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
int fcntl64(int file, int command, ...) __attribute__((alias("fcntl")));

void (*signal(int signal_number, void (*handler)(int)))(int) {
  typedef void (*Handler)(int);
  REAL(Handler, "signal", int, Handler);
  arm();
  return real(signal_number, handler);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  FAIL("mmap", MAP_FAILED)
  return (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *context) {
  REAL(int, "pthread_create", pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (hit("pthread_create")) return error_number;
  return real(thread, attributes, body, context);
}

extern void *__libc_malloc(size_t);

void *malloc(size_t size) {
  FAIL("malloc", 0)
  return __libc_malloc(size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  REAL(int, "posix_memalign", void **, size_t, size_t);
  if (hit("malloc")) return ENOMEM;
  return real(result, alignment, size);
}

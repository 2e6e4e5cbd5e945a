// Preloaded into a program (LD_PRELOAD), makes one call of the C library fail,
// as faults.h says. Calls of the C library to itself are not seen, nor are
// those before this library is ready.

#define _GNU_SOURCE
#include "tests/faults/faults.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <unwind.h>

static Faults* faults;  // null: nothing is counted

// Without a name in the dynamic symbol table they would be the wrapped ones.
extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

__attribute__((constructor)) static void Begin(void) {
  const char* path = getenv("FAULTS");
  if (path == NULL) return;
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
  if (fd < 0) _exit(99);
  void* page = (void*)syscall(SYS_mmap, NULL, sizeof(Faults),
                              PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  syscall(SYS_close, fd);
  if (page == MAP_FAILED) _exit(99);
  faults = page;
}

typedef struct {
  int depth;
  int theirs;
} Walk;

// Stops at the first frame that is no one's who calls on behalf of others.
static _Unwind_Reason_Code Look(struct _Unwind_Context* context, void* data) {
  static const char* const kBetween[] = {"libfaults", "libc.so",  "libc-",
                                         "libstdc++", "libgcc_s", "ld-linux"};
  static const char* const kTheirs[] = {"libcublas", "libcudnn",
                                        "libcudart", "libcuda.",
                                        "libnvrtc",  "libnvJitLink"};
  Walk* walk = data;
  Dl_info info;
  if (++walk->depth > 40) return _URC_END_OF_STACK;
  if (dladdr((void*)_Unwind_GetIP(context), &info) == 0 ||
      info.dli_fname == NULL) {
    return _URC_NO_REASON;
  }
  for (size_t i = 0; i < sizeof(kBetween) / sizeof(*kBetween); ++i) {
    if (strstr(info.dli_fname, kBetween[i]) != NULL) return _URC_NO_REASON;
  }
  for (size_t i = 0; i < sizeof(kTheirs) / sizeof(*kTheirs); ++i) {
    if (strstr(info.dli_fname, kTheirs[i]) != NULL) walk->theirs = 1;
  }
  // minizip's does not look at what it is given.
  static const char kOpens[] = "zipOpenNewFileInZip4_64";
  if (info.dli_sname != NULL && strcmp(info.dli_sname, kOpens) == 0) {
    walk->theirs = 1;
  }
  return _URC_END_OF_STACK;
}

// Whether the call is one of a library that bears no failures.
static int IsTheirs(void) {
  static __thread int looking;  // what the unwinder itself allocates
  if (looking) return 1;
  looking = 1;
  Walk walk = {0, 0};
  _Unwind_Backtrace(Look, &walk);
  looking = 0;
  return walk.theirs;
}

static void Kill(void) {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) syscall(SYS_pause);
}

// What happens to this call; never FAULTS_KILL_BEFORE.
static int Meet(int calls, const char* function, const char* path) {
  if (faults == NULL || faults->calls != calls) return FAULTS_COUNT;
  const uint64_t number =
      __atomic_fetch_add(&faults->seen, 1, __ATOMIC_RELAXED);
  if (faults->what == FAULTS_COUNT) return FAULTS_COUNT;
  if (number < faults->at || (number > faults->at && !faults->onwards)) {
    return FAULTS_COUNT;
  }
  if (faults->spares && IsTheirs()) {
    __atomic_fetch_add(&faults->spared, 1, __ATOMIC_RELAXED);
    return FAULTS_COUNT;
  }
  if (__atomic_fetch_add(&faults->met, 1, __ATOMIC_RELAXED) == 0) {
    strncpy(faults->function, function, sizeof(faults->function) - 1);
    if (path != NULL) strncpy(faults->path, path, sizeof(faults->path) - 1);
  }
  if (faults->what == FAULTS_KILL_BEFORE) Kill();
  return faults->what;
}

// Of a call that has only one way to fail.
static int Fails(int calls, const char* function, const char* path) {
  const int what = Meet(calls, function, path);
  if (what == FAULTS_FAIL) errno = faults->error;
  return what == FAULTS_FAIL;
}

static void Blocks(int64_t more) {
  if (faults != NULL) {
    __atomic_fetch_add(&faults->blocks, more, __ATOMIC_RELAXED);
  }
}

static void* Counted(void* block) {
  if (block != NULL) Blocks(1);
  return block;
}

void* malloc(size_t size) {
  return Fails(FAULTS_ALLOCATE, "malloc", NULL) ? NULL
                                                : Counted(__libc_malloc(size));
}

void* calloc(size_t count, size_t size) {
  return Fails(FAULTS_ALLOCATE, "calloc", NULL)
             ? NULL
             : Counted(__libc_calloc(count, size));
}

void* realloc(void* old, size_t size) {
  if (Fails(FAULTS_ALLOCATE, "realloc", NULL)) return NULL;
  void* block = __libc_realloc(old, size);
  if (old == NULL && block != NULL) Blocks(1);
  if (old != NULL && block == NULL && size == 0) Blocks(-1);
  return block;
}

void* aligned_alloc(size_t alignment, size_t size) {
  return Fails(FAULTS_ALLOCATE, "aligned_alloc", NULL)
             ? NULL
             : Counted(__libc_memalign(alignment, size));
}

void* memalign(size_t alignment, size_t size) {
  return Fails(FAULTS_ALLOCATE, "memalign", NULL)
             ? NULL
             : Counted(__libc_memalign(alignment, size));
}

void free(void* block) {
  if (block != NULL) Blocks(-1);
  __libc_free(block);
}

int posix_memalign(void** result, size_t alignment, size_t size) {
  if (Meet(FAULTS_ALLOCATE, "posix_memalign", NULL) == FAULTS_FAIL) {
    return ENOMEM;
  }
  void* data = Counted(__libc_memalign(alignment, size));
  if (data == NULL) return ENOMEM;
  *result = data;
  return 0;
}

void* mmap(void* at, size_t size, int protection, int flags, int fd,
           off_t offset) {
  if (Fails(FAULTS_MAP, "mmap", NULL)) return MAP_FAILED;
  return (void*)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void* mmap64(void* at, size_t size, int protection, int flags, int fd,
             off64_t offset) {
  return mmap(at, size, protection, flags, fd, offset);
}

int mprotect(void* at, size_t size, int protection) {
  if (Fails(FAULTS_MAP, "mprotect", NULL)) return -1;
  return (int)syscall(SYS_mprotect, at, size, protection);
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                   void* (*start)(void*), void* argument) {
  static int (*real)(pthread_t*, const pthread_attr_t*, void* (*)(void*),
                     void*);
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, "pthread_create");
  if (Meet(FAULTS_THREAD, "pthread_create", NULL) == FAULTS_FAIL) {
    return EAGAIN;
  }
  return real(thread, attributes, start, argument);
}

// A call that gives a number, which is -1 after a failure, and is one system
// call.
#define FILE_CALL(function, path, call)               \
  const int what = Meet(FAULTS_FILE, function, path); \
  if (what == FAULTS_FAIL) {                          \
    errno = faults->error;                            \
    return -1;                                        \
  }                                                   \
  const long result = (long)(call);                   \
  if (what == FAULTS_KILL_AFTER) Kill();              \
  return result

static mode_t ModeOf(int flags, va_list* list) {
  const int makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return makes ? va_arg(*list, mode_t) : 0;
}

#define OPEN(name)                                                            \
  int name(const char* path, int flags, ...) {                                \
    va_list list;                                                             \
    va_start(list, flags);                                                    \
    const mode_t mode = ModeOf(flags, &list);                                 \
    va_end(list);                                                             \
    FILE_CALL(#name, path, syscall(SYS_openat, AT_FDCWD, path, flags, mode)); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                        \
  int name(int folder, const char* path, int flags, ...) {                  \
    va_list list;                                                           \
    va_start(list, flags);                                                  \
    const mode_t mode = ModeOf(flags, &list);                               \
    va_end(list);                                                           \
    FILE_CALL(#name, path, syscall(SYS_openat, folder, path, flags, mode)); \
  }
OPENAT(openat)
OPENAT(openat64)

// A call that moves bytes, which may also be done by half.
#define MOVES(function, size, call)                        \
  const int what = Meet(FAULTS_FILE, function, NULL);      \
  if (what == FAULTS_FAIL) {                               \
    errno = faults->error;                                 \
    return -1;                                             \
  }                                                        \
  if (what == FAULTS_SHORTEN && size > 1) size = size / 2; \
  const ssize_t result = call;                             \
  if (what == FAULTS_KILL_AFTER) Kill();                   \
  return result

ssize_t read(int fd, void* to, size_t size) {
  MOVES("read", size, syscall(SYS_read, fd, to, size));
}
ssize_t write(int fd, const void* from, size_t size) {
  MOVES("write", size, syscall(SYS_write, fd, from, size));
}
ssize_t pread(int fd, void* to, size_t size, off_t at) {
  MOVES("pread", size, syscall(SYS_pread64, fd, to, size, at));
}
ssize_t pread64(int fd, void* to, size_t size, off64_t at) {
  MOVES("pread64", size, syscall(SYS_pread64, fd, to, size, at));
}
ssize_t pwrite(int fd, const void* from, size_t size, off_t at) {
  MOVES("pwrite", size, syscall(SYS_pwrite64, fd, from, size, at));
}
ssize_t pwrite64(int fd, const void* from, size_t size, off64_t at) {
  MOVES("pwrite64", size, syscall(SYS_pwrite64, fd, from, size, at));
}
ssize_t writev(int fd, const struct iovec* parts, int count) {
  MOVES("writev", count, syscall(SYS_writev, fd, parts, count));
}
ssize_t readv(int fd, const struct iovec* parts, int count) {
  MOVES("readv", count, syscall(SYS_readv, fd, parts, count));
}

int fsync(int fd) { FILE_CALL("fsync", NULL, syscall(SYS_fsync, fd)); }
int fdatasync(int fd) {
  FILE_CALL("fdatasync", NULL, syscall(SYS_fdatasync, fd));
}
int ftruncate(int fd, off_t size) {
  FILE_CALL("ftruncate", NULL, syscall(SYS_ftruncate, fd, size));
}
int ftruncate64(int fd, off64_t size) {
  FILE_CALL("ftruncate64", NULL, syscall(SYS_ftruncate, fd, size));
}
int fchmod(int fd, mode_t mode) {
  FILE_CALL("fchmod", NULL, syscall(SYS_fchmod, fd, mode));
}
int flock(int fd, int operation) {
  FILE_CALL("flock", NULL, syscall(SYS_flock, fd, operation));
}
off_t lseek(int fd, off_t at, int from) {
  FILE_CALL("lseek", NULL, syscall(SYS_lseek, fd, at, from));
}
off64_t lseek64(int fd, off64_t at, int from) {
  FILE_CALL("lseek64", NULL, syscall(SYS_lseek, fd, at, from));
}
int rename(const char* from, const char* to) {
  FILE_CALL("rename", to, syscall(SYS_rename, from, to));
}
int unlink(const char* path) {
  FILE_CALL("unlink", path, syscall(SYS_unlink, path));
}
int mkdir(const char* path, mode_t mode) {
  FILE_CALL("mkdir", path, syscall(SYS_mkdir, path, mode));
}
ssize_t readlink(const char* path, char* to, size_t size) {
  FILE_CALL("readlink", path, syscall(SYS_readlink, path, to, size));
}

// The file is closed whatever close says.
int close(int fd) {
  const int what = Meet(FAULTS_FILE, "close", NULL);
  const int result = (int)syscall(SYS_close, fd);
  if (what == FAULTS_FAIL) {
    errno = faults->error;
    return -1;
  }
  if (what == FAULTS_KILL_AFTER) Kill();
  return result;
}

#define STAT(name, type, call) \
  int name(const char* path, struct type* to) { FILE_CALL(#name, path, call); }
STAT(stat, stat, syscall(SYS_newfstatat, AT_FDCWD, path, to, 0))
STAT(stat64, stat64, syscall(SYS_newfstatat, AT_FDCWD, path, to, 0))
STAT(lstat, stat,
     syscall(SYS_newfstatat, AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW))
STAT(lstat64, stat64,
     syscall(SYS_newfstatat, AT_FDCWD, path, to, AT_SYMLINK_NOFOLLOW))
int fstat(int fd, struct stat* to) {
  FILE_CALL("fstat", NULL, syscall(SYS_fstat, fd, to));
}
int fstat64(int fd, struct stat64* to) {
  FILE_CALL("fstat64", NULL, syscall(SYS_fstat, fd, to));
}

// Of those that are more than a system call, the C library's own is called.
#define REAL(name) \
  if (real == NULL) *(void**)&real = dlsym(RTLD_NEXT, name)

DIR* opendir(const char* path) {
  static DIR* (*real)(const char*);
  REAL("opendir");
  return Fails(FAULTS_FILE, "opendir", path) ? NULL : real(path);
}

DIR* fdopendir(int fd) {
  static DIR* (*real)(int);
  REAL("fdopendir");
  return Fails(FAULTS_FILE, "fdopendir", NULL) ? NULL : real(fd);
}

struct dirent* readdir(DIR* folder) {
  static struct dirent* (*real)(DIR*);
  REAL("readdir");
  return Fails(FAULTS_FILE, "readdir", NULL) ? NULL : real(folder);
}

struct dirent64* readdir64(DIR* folder) {
  static struct dirent64* (*real)(DIR*);
  REAL("readdir64");
  return Fails(FAULTS_FILE, "readdir64", NULL) ? NULL : real(folder);
}

FILE* fopen(const char* path, const char* mode) {
  static FILE* (*real)(const char*, const char*);
  REAL("fopen");
  return Fails(FAULTS_FILE, "fopen", path) ? NULL : real(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  static FILE* (*real)(const char*, const char*);
  REAL("fopen64");
  return Fails(FAULTS_FILE, "fopen64", path) ? NULL : real(path, mode);
}

int fflush(FILE* file) {
  static int (*real)(FILE*);
  REAL("fflush");
  return Fails(FAULTS_FILE, "fflush", NULL) ? EOF : real(file);
}

#include "core/base/limited_child.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace alexnet {
namespace {

constexpr unsigned kPatience = 200;  // seconds

// Becomes a user who runs nothing else, and may read all files still.
bool BecomeAnother() {
  const uid_t user = static_cast<uid_t>(20000 + getpid() % 40000);
  if (prctl(PR_SET_KEEPCAPS, 1) != 0 || setuid(user) != 0) return false;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};
  data[0].effective = data[0].permitted = 1U << CAP_DAC_OVERRIDE;
  return syscall(SYS_capset, &header, data) == 0;
}

}  // namespace

std::string EndOfChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child < 0) return "no fork";
  if (child == 0) {
    alarm(kPatience);
    _exit(body());
  }
  return EndOf(child);
}

std::string EndOf(pid_t process) {
  int status = 0;
  if (waitpid(process, &status, 0) != process) return "lost";
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  return "exit " + std::to_string(WEXITSTATUS(status));
}

bool LimitThreads(int more) {
#if defined(__SANITIZE_THREAD__)
  return false;
#endif
  if (getuid() != 0 || !BecomeAnother()) return false;
  const rlim_t tasks = 1 + static_cast<rlim_t>(more);
  const rlimit limit{tasks, tasks};
  return setrlimit(RLIMIT_NPROC, &limit) == 0;
}

void LimitAddressSpace(int64_t more) {
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) +
                       static_cast<rlim_t>(more);
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_AS, &limit);
}

void LiftAddressSpaceLimit() {
  rlimit limit{};
  getrlimit(RLIMIT_AS, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_AS, &limit);
}

}  // namespace alexnet

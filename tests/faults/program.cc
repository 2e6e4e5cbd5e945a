#include "tests/faults/program.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPatience = 120;  // seconds; a run takes less than one

std::string Text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void Redirect(const std::string& path, int flags, int to) {
  const int fd = open(path.c_str(), flags, 0600);
  if (fd < 0 || dup2(fd, to) < 0) _exit(98);
  close(fd);
}

// The page that the library and this program share.
class Page {
 public:
  explicit Page(const std::string& path) {
    const int fd =
        open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(Faults)) != 0) std::abort();
    void* page = mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE,
                      MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) std::abort();
    close(fd);
    faults_ = static_cast<Faults*>(page);
  }
  ~Page() { munmap(faults_, sizeof(Faults)); }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;
  Faults& operator*() const { return *faults_; }

 private:
  Faults* faults_;
};

}  // namespace

std::string ProgramPath() { return fs::absolute(ALEXNET_BINARY); }

Ending RunProgram(const std::string& folder,
                  const std::vector<std::string>& arguments,
                  const Faults* faults) {
  return RunProgram(ProgramPath(), folder, arguments, faults);
}

Ending RunProgram(const std::string& program, const std::string& folder,
                  const std::vector<std::string>& arguments,
                  const Faults* faults) {
  const std::string out = folder + ".out";
  const std::string err = folder + ".err";
  const std::string page_path = fs::absolute(folder + ".faults");
  const std::string library = fs::absolute(FAULTS_LIBRARY);
  const Page page(page_path);
  if (faults != nullptr) *page = *faults;
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    Redirect("/dev/null", O_RDONLY, 0);
    Redirect(out, O_WRONLY | O_CREAT | O_TRUNC, 1);
    Redirect(err, O_WRONLY | O_CREAT | O_TRUNC, 2);
    if (chdir(folder.c_str()) != 0) _exit(98);
    if (faults != nullptr) {
      setenv("FAULTS", page_path.c_str(), 1);
      setenv("LD_PRELOAD", library.c_str(), 1);
    }
    unsetenv("BUILD_WORKING_DIRECTORY");
    alarm(kPatience);
    execv(words[0], words.data());
    _exit(97);
  }
  int status = 0;
  Ending ending;
  if (child < 0 || waitpid(child, &status, 0) != child) return ending;
  if (WIFSIGNALED(status)) {
    ending.signal = WTERMSIG(status);
  } else {
    ending.code = WEXITSTATUS(status);
  }
  ending.out = Text(out);
  ending.err = Text(err);
  ending.faults = *page;
  return ending;
}

}  // namespace alexnet::faults

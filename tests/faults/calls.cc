// Makes a call of the C interfaces again and again while calls below it fail:
//   calls GIVEN CALL FROM RUNS SEED
// Without arguments it prints the names that CALL may be. It works in the
// current folder and reads what lies in GIVEN (scenarios.h). The page that
// FAULTS names says how calls below are to fail: RUNS of them (0: each), spread
// over all by what SEED draws, those before number FROM left out. After each
// failure the same handles are used again, without one, and what is open and
// allocated is counted. Prints the number of calls below, and then a line
// for each run, with tabs between: verdict (sweep.h), number and function of
// the call below, its path, and a message.

#include <alexnet/alexnet.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/call.h"
#include "tests/faults/call_support.h"
#include "tests/faults/faults.h"

namespace alexnet::faults {
namespace {

constexpr unsigned kPatience = 120;  // seconds; a call takes less than one

std::vector<NamedCall> AllCalls() {
  std::vector<NamedCall> all;
  for (std::vector<NamedCall> some :
       {ModelCalls(), ComputeCalls(), DataCalls(), ConvertCalls()}) {
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

Faults* Page() {
  const char* path = std::getenv("FAULTS");
  const int fd = path != nullptr ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) Die("FAULTS names no page");
  void* page =
      mmap(nullptr, sizeof(Faults), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) Die("the page cannot be mapped");
  close(fd);
  return static_cast<Faults*>(page);
}

int OpenDescriptors() {
  DIR* folder = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(folder) != nullptr) ++count;
  closedir(folder);
  return count;
}

// Names, below the current folder.
std::string Strays() {
  std::string strays;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(".")) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".tmp") || name.ends_with(".partial")) strays += name;
  }
  return strays;
}

// For one line.
std::string Printable(const std::string& text) {
  std::string line = text.substr(0, 4000);
  for (char& c : line) c = c >= ' ' && c <= '~' ? c : ' ';
  return line;
}

struct Outcome {
  const char* verdict;
  std::string text;
};

// A call, and what is to fail in it.
class Driver {
 public:
  Driver(Call call, Faults* page)
      : call_(std::move(call)), page_(page), fault_(*page) {
    // What is made at the first call is there then.
    for (int i = 0; i < 2; ++i) {
      call_.before();
      NEED(call_.make(&e));
      expected_ = call_.take();
    }
    call_.before();
    page_->seen = 0;
    NEED(call_.make(&e));
    seen_ = page_->seen;
    if (call_.take() != expected_) Die("the call gives something else");
  }
  uint64_t seen() const { return seen_; }

  Outcome Run(uint64_t at) {
    const int descriptors = OpenDescriptors();
    Outcome outcome = Fail(at);
    // What stays is what grows whenever it fails there.
    const int64_t before = page_->blocks;
    for (int64_t last = before, again = 0; again < 3; ++again) {
      if (const Outcome more = Fail(at); outcome.verdict == kSaid) {
        outcome = more;
      }
      if (page_->blocks <= last) break;
      last = page_->blocks;
      if (again == 2) {
        return {"leak", std::to_string(last - before) + " blocks of memory"};
      }
    }
    if (OpenDescriptors() != descriptors) return {"leak", "a descriptor"};
    if (const std::string strays = Strays();
        !strays.empty() && fault_.onwards == 0) {
      return {"stray", strays};
    }
    call_.before();
    alexnet_error* error = nullptr;
    if (call_.make(&error) != ALEXNET_OK) {
      outcome = {"not recovered", alexnet_error_text(error)};
      alexnet_error_free(error);
    } else if (call_.take() != expected_) {
      return {"not recovered", "gives something else"};
    }
    return outcome;
  }

 private:
  static constexpr const char* kSaid = "said";

  Outcome Fail(uint64_t at) {
    call_.before();
    page_->at = at;
    page_->seen = page_->met = page_->spared = 0;
    std::memset(page_->function, 0, sizeof(page_->function));
    std::memset(page_->path, 0, sizeof(page_->path));
    alexnet_error* error = nullptr;
    page_->what = fault_.then;
    const alexnet_status status = call_.make(&error);
    page_->what = FAULTS_COUNT;
    if (status == ALEXNET_OK) {
      const std::string taken = call_.take();
      if (taken != expected_) return {"other", Printable(taken)};
      return {page_->met == 0 ? "spared" : "same", ""};
    }
    Outcome outcome = {kSaid, alexnet_error_text(error)};
    if (!Told(status, error)) outcome.verdict = "unsaid";
    alexnet_error_free(error);
    return outcome;
  }

  bool Told(alexnet_status status, const alexnet_error* error) const {
    const bool memory = fault_.calls != FAULTS_FILE;
    return alexnet_error_code(error) == status &&
           *alexnet_error_message(error) != '\0' &&
           status == (memory ? ALEXNET_OUT_OF_MEMORY : ALEXNET_IO);
  }

  const Call call_;
  Faults* const page_;
  const Faults fault_;
  std::string expected_;
  uint64_t seen_ = 0;
};

int Main(int argc, char** argv) {
  if (argc == 1) {
    for (const NamedCall& named : AllCalls()) std::puts(named.name);
    return 0;
  }
  if (argc != 6) Die("calls GIVEN CALL FROM RUNS SEED");
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string given = argv[1];
  const uint64_t from = std::strtoull(argv[3], nullptr, 10);
  const uint64_t most = std::strtoull(argv[4], nullptr, 10);
  std::mt19937_64 random(std::strtoull(argv[5], nullptr, 10));
  for (const NamedCall& named : AllCalls()) {
    if (std::strcmp(named.name, argv[2]) != 0) continue;
    Faults* const page = Page();
    Driver driver(named.make(given), page);
    const uint64_t calls = driver.seen();
    std::printf("%llu\n", static_cast<unsigned long long>(calls));
    const uint64_t runs = most == 0 || most > calls ? calls : most;
    for (uint64_t i = 0; i < runs; ++i) {
      const uint64_t begin = calls * i / runs;
      const uint64_t share = calls * (i + 1) / runs - begin;
      const uint64_t at = begin + (share > 1 ? random() % share : 0);
      if (at < from) continue;
      alarm(kPatience);
      const Outcome outcome = driver.Run(at);
      std::printf("%s\t%llu\t%s\t%s\t%s\n", outcome.verdict,
                  static_cast<unsigned long long>(at), page->function,
                  page->path, Printable(outcome.text).c_str());
    }
    return 0;
  }
  Die(std::string("there is no call ") + argv[2]);
}

}  // namespace
}  // namespace alexnet::faults

int main(int argc, char** argv) { return alexnet::faults::Main(argc, argv); }

// Real ranks for tests: processes that the pinned mpirun starts on this
// machine.

#ifndef ALEXNET_CORE_DIST_TESTING_MPIRUN_H_
#define ALEXNET_CORE_DIST_TESTING_MPIRUN_H_

#include <cstdio>
#include <string>

namespace alexnet::testing {

// A rank that fails ends without MPI's leave, which mpirun calls abnormal: with
// this option it lets the others look first, and exits with 0 whatever they do.
inline constexpr const char* kLetOthersLook = "--enable-recovery";

class Mpirun {
 public:
  struct Outcome {
    int exit = -1;  // of mpirun; -1: it did not exit
    // What all ranks, and mpirun itself, wrote.
    std::string output;

    bool Has(const std::string& text) const {
      return output.find(text) != std::string::npos;
    }
  };

  // Starts `ranks` processes of a shell's command line. The environment's
  // MPIRUN is the program.
  Mpirun(int ranks, const std::string& command,
         const std::string& options = "");
  ~Mpirun();
  Mpirun(const Mpirun&) = delete;
  Mpirun& operator=(const Mpirun&) = delete;

  // Reads what they write until it has `text`; false where they end first.
  bool ReadUntil(const std::string& text);
  const std::string& output() const { return outcome_.output; }
  // Waits for their end.
  const Outcome& Wait();

 private:
  bool ReadLine();

  std::FILE* pipe_ = nullptr;
  Outcome outcome_;
};

// Whether there is no such process any more, soon: mpirun may end before the
// system has taken away what it killed.
bool Vanishes(int process);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_DIST_TESTING_MPIRUN_H_

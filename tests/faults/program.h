// Running the `alexnet` command, or another program, with one of its calls
// failing.

#ifndef ALEXNET_TESTS_FAULTS_PROGRAM_H_
#define ALEXNET_TESTS_FAULTS_PROGRAM_H_

#include <string>
#include <vector>

#include "tests/faults/faults.h"

namespace alexnet::faults {

struct Ending {
  int code = -1;    // of exit; -1 where a signal ended it
  int signal = 0;   // that ended it; SIGALRM: it hung
  std::string out;  // standard output and error
  std::string err;
  Faults faults{};  // as the library left it
};

// The command, from anywhere.
std::string ProgramPath();

// Runs `program` in folder `folder` with `arguments`, and `faults` if not null.
// What it wrote is kept in files beside that folder.
Ending RunProgram(const std::string& program, const std::string& folder,
                  const std::vector<std::string>& arguments,
                  const Faults* faults);
// The same with the command.
Ending RunProgram(const std::string& folder,
                  const std::vector<std::string>& arguments,
                  const Faults* faults);

}  // namespace alexnet::faults

#endif  // ALEXNET_TESTS_FAULTS_PROGRAM_H_

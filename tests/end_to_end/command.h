// Running the `alexnet` command as a user does, for tests.

#ifndef ALEXNET_TESTS_END_TO_END_COMMAND_H_
#define ALEXNET_TESTS_END_TO_END_COMMAND_H_

#include <string>
#include <vector>

namespace alexnet::testing {

struct CommandResult {
  int exit_code = -1;  // 128 + signal where one ended it
  std::string out;
  std::string err;
};

// Runs the command and waits. With `interrupt_on` the command gets SIGINT once
// its standard error holds that text.
CommandResult RunAlexnet(const std::vector<std::string>& arguments,
                         const std::string& interrupt_on = "");

// The command's path.
std::string AlexnetProgram();

std::string ReadText(const std::string& path);

// In the test's own folder; what was there is removed.
std::string AbsentPath(const std::string& name);

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_COMMAND_H_

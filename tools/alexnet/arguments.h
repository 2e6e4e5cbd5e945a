// Arguments: what a verb takes on the command line. The library that parses it
// stays behind this, so that a verb is compiled without it.

#ifndef ALEXNET_TOOLS_ALEXNET_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace alexnet::cli {

// Names on the command line and what stands for them in options.
using Choices = std::vector<std::pair<const char*, int32_t>>;

// What cannot be meant, found after parsing; ends the program as a wrong
// command line does.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// An option that was declared; may be told more.
class DeclaredOption {
 public:
  explicit DeclaredOption(CLI::Option* option) : option_(option) {}

  DeclaredOption& Required();
  DeclaredOption& Excludes(const DeclaredOption& other);
  // Sets `bit` in `bits` when the option is given.
  DeclaredOption& Marks(uint64_t& bits, uint64_t bit);

 private:
  CLI::Option* option_;
};

// The arguments of one verb. What they are put into must live until the program
// ends; it holds the defaults, which --help shows.
class Arguments {
 public:
  explicit Arguments(CLI::App* verb) : verb_(verb) {}

  // A heading in --help for the options that follow.
  void Heading(const char* heading) { heading_ = heading; }

  // Values without a name, in order.
  DeclaredOption Positional(const char* name, std::string& value,
                            const char* help);
  DeclaredOption Positionals(const char* name, std::vector<std::string>& values,
                             const char* help);

  DeclaredOption Flag(const char* name, bool& value, const char* help);
  DeclaredOption Flag(const char* name, int32_t& value, const char* help);
  DeclaredOption Text(const char* name, std::string& value, const char* help);
  // The text lives as long as the program.
  DeclaredOption Text(const char* name, const char*& value, const char* help);
  // Texts between commas.
  DeclaredOption Texts(const char* name, std::vector<std::string>& values,
                       const char* help);
  // One of the names, which the help lists.
  DeclaredOption Choice(const char* name, int32_t& value,
                        const Choices& choices, const char* help);
  // Numbers between commas, which live as long as the program.
  DeclaredOption List(const char* name, const float*& values, size_t& count,
                      const char* help);

  // A number that the library checks, and that has no default here. T is one of
  // int32_t, int64_t, uint64_t, float and double.
  template <typename T>
  DeclaredOption Number(const char* name, T& value, const char* help);
  // Sets `value` to its default and refuses what is out of the closed range.
  template <typename T>
  DeclaredOption Number(const char* name, T& value,
                        std::type_identity_t<T> by_default, double least,
                        double most, const char* help);
  // The same with no largest number.
  template <typename T>
  DeclaredOption Number(const char* name, T& value,
                        std::type_identity_t<T> by_default, double least,
                        const char* help);

  // Whether the command line gave an option that was declared.
  bool Given(const char* name) const;
  // Whether the command line chose this verb.
  bool Chosen() const;

 private:
  DeclaredOption Declared(CLI::Option* option);

  CLI::App* verb_;
  const char* heading_ = nullptr;
};

// The command line as a whole.
class CommandLine {
 public:
  CommandLine(const char* program, const char* summary);
  ~CommandLine();

  Arguments AddVerb(const char* name, const char* summary);
  // Puts what was given where verbs want it. False after --help, which was
  // printed. Throws UsageError.
  bool Parse(int argc, const char* const* argv);

 private:
  const std::unique_ptr<CLI::App> app_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_ARGUMENTS_H_

#include "tools/alexnet/arguments.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <deque>
#include <limits>
#include <map>

#include "tools/alexnet/spelling.h"

namespace alexnet::cli {
namespace {

// What options point to; never moves, never freed.
template <typename T>
T& Kept(T value) {
  static auto* all = new std::deque<T>;
  all->push_back(std::move(value));
  return all->back();
}

// A range with no largest number. CLI::Range would name the type's largest in
// help and complaints; of a double that is 309 digits.
template <typename T>
CLI::Validator AtLeast(T least) {
  const CLI::Range range(least, std::numeric_limits<T>::max());
  const std::string words = fmt::format("at least {}", least);
  return CLI::Validator(
      [range, words](const std::string& given) {
        return range(given).empty() ? "" : given + " is not " + words;
      },
      words);
}

}  // namespace

DeclaredOption& DeclaredOption::Required() {
  option_->required();
  return *this;
}

DeclaredOption& DeclaredOption::Excludes(const DeclaredOption& other) {
  option_->excludes(other.option_);
  return *this;
}

DeclaredOption& DeclaredOption::Marks(uint64_t& bits, uint64_t bit) {
  option_->each([&bits, bit](const std::string&) { bits |= bit; });
  return *this;
}

bool Arguments::Given(const char* name) const { return verb_->count(name) > 0; }

bool Arguments::Chosen() const { return verb_->parsed(); }

DeclaredOption Arguments::Declared(CLI::Option* option) {
  option->description(WithFlags(option->get_description()));
  if (heading_ != nullptr) option->group(heading_);
  return DeclaredOption(option);
}

DeclaredOption Arguments::Positional(const char* name, std::string& value,
                                     const char* help) {
  return Declared(verb_->add_option(name, value, help));
}

DeclaredOption Arguments::Positionals(const char* name,
                                      std::vector<std::string>& values,
                                      const char* help) {
  return Declared(verb_->add_option(name, values, help));
}

DeclaredOption Arguments::Flag(const char* name, bool& value,
                               const char* help) {
  return Declared(verb_->add_flag(name, value, help));
}

DeclaredOption Arguments::Flag(const char* name, int32_t& value,
                               const char* help) {
  return Declared(verb_->add_flag(name, value, help));
}

DeclaredOption Arguments::Text(const char* name, std::string& value,
                               const char* help) {
  CLI::Option* option = verb_->add_option(name, value, help);
  if (!value.empty()) option->capture_default_str();
  return Declared(option);
}

DeclaredOption Arguments::Text(const char* name, const char*& value,
                               const char* help) {
  return Declared(verb_->add_option_function<std::string>(
      name, [&value](const std::string& given) { value = Kept(given).c_str(); },
      help));
}

DeclaredOption Arguments::Texts(const char* name,
                                std::vector<std::string>& values,
                                const char* help) {
  return Declared(verb_->add_option(name, values, help)->delimiter(','));
}

DeclaredOption Arguments::Choice(const char* name, int32_t& value,
                                 const Choices& choices, const char* help) {
  std::string names;
  std::map<std::string, int32_t> numbers;
  for (const auto& [choice, number] : choices) {
    numbers[choice] = number;
    names += std::string(names.empty() ? "" : ", ") + choice;
  }
  return Declared(verb_
                      ->add_option_function<std::string>(
                          name,
                          [&value, numbers](const std::string& given) {
                            value = numbers.at(given);
                          },
                          std::string(help) + ": " + names)
                      ->check(CLI::IsMember(numbers)));
}

DeclaredOption Arguments::List(const char* name, const float*& values,
                               size_t& count, const char* help) {
  return Declared(verb_
                      ->add_option_function<std::vector<float>>(
                          name,
                          [&values, &count](const std::vector<float>& given) {
                            const std::vector<float>& kept = Kept(given);
                            values = kept.data();
                            count = kept.size();
                          },
                          help)
                      ->delimiter(','));
}

// No range keeps it out: it compares with nothing.
CLI::Validator IsANumber() {
  return CLI::Validator(
      [](const std::string& given) {
        double value = 0.0;
        return CLI::detail::lexical_cast(given, value) && std::isnan(value)
                   ? given + " is not a number"
                   : std::string();
      },
      "");
}

template <typename T>
DeclaredOption Arguments::Number(const char* name, T& value, const char* help) {
  return Declared(verb_->add_option(name, value, help)->check(IsANumber()));
}

template <typename T>
DeclaredOption Arguments::Number(const char* name, T& value,
                                 std::type_identity_t<T> by_default,
                                 double least, double most, const char* help) {
  value = by_default;
  return Declared(
      verb_->add_option(name, value, help)
          ->check(CLI::Range(static_cast<T>(least), static_cast<T>(most)))
          ->check(IsANumber())
          ->capture_default_str());
}

template <typename T>
DeclaredOption Arguments::Number(const char* name, T& value,
                                 std::type_identity_t<T> by_default,
                                 double least, const char* help) {
  value = by_default;
  return Declared(verb_->add_option(name, value, help)
                      ->check(AtLeast(static_cast<T>(least)))
                      ->check(IsANumber())
                      ->capture_default_str());
}

#define ALEXNET_NUMBER(T)                                                  \
  template DeclaredOption Arguments::Number(const char*, T&, const char*); \
  template DeclaredOption Arguments::Number<T>(const char*, T&, T, double, \
                                               double, const char*);       \
  template DeclaredOption Arguments::Number<T>(const char*, T&, T, double, \
                                               const char*)
ALEXNET_NUMBER(int32_t);
ALEXNET_NUMBER(int64_t);
ALEXNET_NUMBER(uint64_t);
ALEXNET_NUMBER(float);
ALEXNET_NUMBER(double);
#undef ALEXNET_NUMBER

CommandLine::CommandLine(const char* program, const char* summary)
    : app_(std::make_unique<CLI::App>(summary)) {
  app_->name(program);
  app_->require_subcommand(1);
  app_->failure_message(CLI::FailureMessage::help);
  app_->get_formatter()->column_width(34);
}

CommandLine::~CommandLine() = default;

Arguments CommandLine::AddVerb(const char* name, const char* summary) {
  return Arguments(app_->add_subcommand(name, summary));
}

bool CommandLine::Parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    app_->exit(help);
    return false;
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  return true;
}

}  // namespace alexnet::cli

// Arguments of every verb that computes.

#ifndef ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace alexnet::cli {

// An option that takes one of some names, and whose field gets its number.
inline CLI::Option* AddChoice(CLI::App& verb, const char* name, int32_t& field,
                              const std::map<std::string, int32_t>& choices,
                              const std::string& help) {
  std::string names;
  std::vector<std::string> known;
  for (const auto& [choice, number] : choices) {
    known.push_back(choice);
    names += (names.empty() ? "" : ", ") + choice;
  }
  return verb
      .add_option_function<std::string>(
          name,
          [&field, choices](const std::string& given) {
            field = choices.at(given);
          },
          help + ": " + names)
      ->check(CLI::IsMember(known));
}

// --device, --precision, --tune, --threads into the fields of that name of any
// options; `device` keeps the name.
template <typename Options>
void AddDeviceArguments(CLI::App& verb, Options& options) {
  verb.add_option_function<std::string>(
          "--device",
          [&options](const std::string& name) {
            // Options hold a pointer; arguments live as long as the program.
            static std::string device;
            device = name;
            options.device = device.c_str();
          },
          "cpu, cuda:N (cuda: the first), auto (a GPU if there is one) or "
          "reference")
      ->default_str("cpu");
  AddChoice(verb, "--precision", options.precision,
            {{"f32", ALEXNET_PRECISION_F32},
             {"tf32", ALEXNET_PRECISION_TF32},
             {"bf16", ALEXNET_PRECISION_BF16}},
            "What a GPU computes in")
      ->default_str("f32");
  verb.add_flag("--tune", options.tune,
                "Time a GPU's algorithms first and take the fastest");
  verb.add_option("--threads", options.threads,
                  "Compute threads of the CPU; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

// Those, and --batch, --weights into the fields of that name of any options.
template <typename Options>
void AddSessionArguments(CLI::App& verb, Options& options) {
  AddDeviceArguments(verb, options);
  verb.add_option("--batch", options.batch,
                  "Pictures the network sees at once; 0: chosen")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  AddChoice(verb, "--weights", options.weight_dtype,
            {{"f32", ALEXNET_DTYPE_F32},
             {"f16", ALEXNET_DTYPE_F16},
             {"bf16", ALEXNET_DTYPE_BF16}},
            "Fully connected weights on the CPU; sums stay f32")
      ->default_str("f32");
}

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

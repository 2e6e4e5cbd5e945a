// Arguments of every verb that computes.

#ifndef ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <map>
#include <string>

namespace alexnet::cli {

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
          "cpu, cuda:N, auto (a GPU if there is one) or reference")
      ->default_str("cpu");
  static const std::map<std::string, int32_t> kPrecisions = {
      {"f32", ALEXNET_PRECISION_F32},
      {"tf32", ALEXNET_PRECISION_TF32},
      {"bf16", ALEXNET_PRECISION_BF16}};
  verb.add_option("--precision", options.precision,
                  "What a GPU computes in: f32, tf32 or bf16")
      ->transform(CLI::CheckedTransformer(kPrecisions, CLI::ignore_case));
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
  static const std::map<std::string, int32_t> kTypes = {
      {"f32", ALEXNET_DTYPE_F32},
      {"f16", ALEXNET_DTYPE_F16},
      {"bf16", ALEXNET_DTYPE_BF16}};
  verb.add_option("--weights", options.weight_dtype,
                  "Fully connected weights as f32, f16 or bf16; sums stay f32")
      ->transform(CLI::CheckedTransformer(kTypes, CLI::ignore_case));
}

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

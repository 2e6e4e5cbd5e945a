// Arguments of every verb that computes.

#ifndef ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_
#define ALEXNET_TOOLS_ALEXNET_SESSION_ARGUMENTS_H_

#include <CLI/CLI.hpp>
#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <map>
#include <string>

namespace alexnet::cli {

// --threads, --batch, --weights into the fields of that name of any options.
template <typename Options>
void AddSessionArguments(CLI::App& verb, Options& options) {
  verb.add_option("--threads", options.threads, "Compute threads; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
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

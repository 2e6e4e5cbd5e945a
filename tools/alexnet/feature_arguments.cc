#include "tools/alexnet/feature_arguments.h"

#include <fmt/core.h>

#include <stdexcept>
#include <utility>

#include "tools/alexnet/features/picture_list.h"

namespace alexnet::cli {

std::vector<std::string> PicturesOf(const std::vector<std::string>& given) {
  PictureList list = ListPictures(given);
  if (list.passed_over > 0) {
    Complain(fmt::format(
        "left out {} {} that are no JPEG or PNG; convert those that are "
        "pictures",
        list.passed_over, list.passed_over == 1 ? "file" : "files"));
  }
  return std::move(list.paths);
}

void AddFeatureArguments(Arguments& arguments, FeatureOptions& options) {
  // BEGIN options: cli.options feature_options to=options
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number(
      "--loader-threads", options.loader_threads, 0, 0, 1'024,
      "Threads that decode pictures; 0: as many as the process may use");
  arguments.Number("--batch", options.batch, 0, 0, 65'536,
                   "Pictures computed at a time; 0: 32");
  arguments.Choice("--weights", options.weight_dtype,
                   {{"f32", ALEXNET_WEIGHTS_F32},
                    {"f16", ALEXNET_WEIGHTS_F16},
                    {"bf16", ALEXNET_WEIGHTS_BF16},
                    {"i8", ALEXNET_WEIGHTS_I8}},
                   "How the CPU keeps the weights of fully connected layers; "
                   "sums are float32; by default f32");
  arguments.Choice("--precision", options.precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; by default f32");
  arguments.Flag("--tune", options.tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  arguments.Flag("--strict", options.strict,
                 "Stops at the first broken picture");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
  // END options
}

Action OfFeatures(Action action) {
  return [action = std::move(action)](Setting& setting) {
    try {
      action(setting);
    } catch (const UsageError&) {
      throw;
    } catch (const Error&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw Failure(error.what());
    }
  };
}

}  // namespace alexnet::cli

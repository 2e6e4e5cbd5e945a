// alexnet predict: the likeliest classes of pictures.

#include <fmt/core.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  FilesToPredict files;
  SessionOptions options;
  bool json = false;
};

void Run(Asked& asked, Setting& setting) {
  const Model model = Model::load(asked.model);
  if (model.info().classifies == 0) {
    throw Failure(asked.model +
                  ": the network does not end in a softmax, so it gives no "
                  "class probabilities");
  }
  asked.files.max_pixels = asked.options.max_pixels;
  asked.options.context = setting.log.get();
  Session session(model, asked.options);
  Json document = Json::Array();
  int64_t failed = 0, done = 0;
  // Where results stand on the terminal, they are progress enough.
  const bool quiet = !asked.json && isatty(STDOUT_FILENO) == 1;
  ProgressLine line;
  PredictFiles(session, asked.files, setting.limits,
               [&](const FilePrediction& prediction) {
                 if (!prediction.error.empty()) {
                   ++failed;
                   Complain("error: " + prediction.error);
                 }
                 if (!quiet) {
                   line.Update(fmt::format("predicted {} of {}", ++done,
                                           asked.files.paths.size()));
                 }
                 if (asked.json) {
                   document.Append(PredictionJson(prediction));
                 } else {
                   Print(PredictionText(prediction));
                 }
               });
  line.Finish();
  if (asked.json) PrintJson(document);
  if (failed == 0) return;
  throw Failure(fmt::format("{} of {} pictures could not be read", failed,
                            asked.files.paths.size()));
}

}  // namespace

Action DeclarePredict(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments.Positionals("IMAGE", asked->files.paths, "JPEG or PNG files")
      .Required();
  arguments.Number("--top", asked->files.top, 5, 1, "Classes to print");
  SessionOptions& options = asked->options;
  // BEGIN options: cli.options session_options to=options
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number("--batch", options.batch, 0, 0, 65'536,
                   "Views computed at a time; 0: 1, or 10 for ten crops");
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
  arguments.Flag("--ten-crop", options.ten_crop,
                 "Averages the probabilities of ten views of each picture "
                 "(section 4.1 of the paper)");
  arguments.Number("--max-pixels", options.max_pixels, 100'000'000, 1,
                   "Most pixels of a picture; one that has more is refused");
  arguments.Text("--devices", options.devices,
                 "Several devices that predict together, in place of `device`, "
                 "with commas between: \"cpu,cpu\", or GPUs: "
                 "\"cuda:0,cuda:1\"; by default one, `device`");
  arguments.Choice(
      "--parallel", options.parallel,
      {{"data", ALEXNET_PARALLEL_DATA},
       {"towers", ALEXNET_PARALLEL_TOWERS},
       {"hybrid", ALEXNET_PARALLEL_HYBRID},
       {"hybrid_in_turn", ALEXNET_PARALLEL_HYBRID_IN_TURN},
       {"hybrid_sub_batches", ALEXNET_PARALLEL_HYBRID_SUB_BATCHES}},
      "How `devices` divide the network");
  // END options
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli

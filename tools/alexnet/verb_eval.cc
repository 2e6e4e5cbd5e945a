// alexnet eval: a model's errors on a data set.

#include <alexnet/alexnet_convert.hpp>
#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/evaluation_output.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::string data;
  std::string labels;
  EvaluateOptions options;
  bool json = false;
};

// With the labels that were asked for in place of its own.
Model LoadLabelled(const Asked& asked, const Limits& limits) {
  if (asked.labels.empty()) return Model::load(asked.model);
  ImportOptions options;
  options.format = "alexnet";
  options.labels_file = asked.labels.c_str();
  return import_model(asked.model, options, limits).model;
}

void Run(Asked& asked, Setting& setting) {
  const Model model = LoadLabelled(asked, setting.limits);
  const Dataset data(asked.data);
  asked.options.context = setting.log.get();
  ProgressLine line;
  const Evaluation evaluation =
      evaluate(model, data, asked.options, setting.limits,
               CountProgress(line, "evaluated"));
  line.Finish();
  asked.json ? PrintJson(EvaluationJson(evaluation))
             : Print(EvaluationText(evaluation));
}

}  // namespace

Action DeclareEval(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments
      .Positional("DIR", asked->data,
                  "A data set; of train/ and val/ the latter is used")
      .Required();
  arguments.Text("--labels", asked->labels,
                 "Labels of the model's classes in place of its own, by which "
                 "the data's folders are matched: in the order of the logits, "
                 "one per line, as \"n01440764 tench, Tinca tinca\", or in "
                 "another form that convert reads");
  EvaluateOptions& options = asked->options;
  // BEGIN options: cli.options evaluate_options to=options
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
                   "Views computed at a time; 0: 32, or 30 for ten crops");
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
  arguments.Flag("--strict", options.strict,
                 "Stops at the first broken picture");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
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

// alexnet verify: is a model file whole, and does this machine compute it
// right?

#include <fmt/core.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  SessionOptions options;
  bool json = false;
};

std::string ReportText(const Json& report) {
  std::string text = fmt::format(
      "{}: {}, {} tensors, {:.1f} MiB\nhashes      {}\n",
      report.At("path").Text(), report.At("network").Text(),
      report.At("tensors").Integer(),
      report.At("file_bytes").Number() / (1 << 20), report.At("hashes").Text());
  for (const Json& damage : report.At("damage").Elements()) {
    text += "  " + damage.Text() + "\n";
  }
  text += "self-check  " + report.At("self_check").Text();
  if (report.Has("self_check_error")) {
    text += fmt::format(" on {}: largest relative error {:.1e}, {:.1e} allowed",
                        report.At("device").Text(),
                        report.At("self_check_error").Number(),
                        report.At("self_check_tolerance").Number());
    const auto message = report.At("self_check_message").Text();
    if (!message.empty()) text += "\n  " + message;
  }
  return text + "\n";
}

void Run(const Asked& asked, Setting& setting) {
  const VerifyResult result = [&] {
    const BusyLine line("verifying " + Printable(asked.model));
    return verify_file(asked.model, asked.options, setting.limits);
  }();
  const Json report = Json::Parse(result.json);
  asked.json ? PrintJson(report) : Print(ReportText(report));
  if (result.ok) return;
  throw Failure(asked.model + ": " +
                (report.At("hashes").Text() == "failed"
                     ? "the file is damaged; take it from a copy"
                     : "this machine or build does not compute the model "
                       "right"));
}

}  // namespace

Action DeclareVerify(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  SessionOptions& options = asked->options;
  // BEGIN options: cli.options session_options to=options skip=batch,ten_crop,max_pixels
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
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

// Long jobs on data sets: lint and pack.

#include <memory>
#include <vector>

#include "capi/call.h"
#include "capi/dataset.h"
#include "capi/struct_size.h"
#include "core/data/lint.h"
#include "core/data/pack.h"

namespace alexnet::capi {
namespace {

PackOptions ReadPackOptions(const alexnet_pack_options& given) {
  PackOptions options;
  // BEGIN options: capi.read pack_options from=given to=options
  if (given.resize != 0) options.resize = given.resize;
  if (given.quality != 0) options.quality = given.quality;
  if (given.shard_samples != 0) options.shard_samples = given.shard_samples;
  options.threads = given.threads;
  if (given.max_pixels != 0) options.max_pixels = given.max_pixels;
  options.seed = given.seed;
  options.quarantine.strict = given.strict != 0;
  // END options
  return options;
}

LintOptions ReadLintOptions(const alexnet_lint_options& given) {
  LintOptions options;
  // BEGIN options: capi.read lint_options from=given to=options
  options.threads = given.threads;
  if (given.max_pixels != 0) options.max_pixels = given.max_pixels;
  // END options
  return options;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_dataset_lint(const alexnet_dataset* handle,
                                    const alexnet_lint_options* given,
                                    const alexnet_limits* given_limits,
                                    int32_t* ok, char** text, char** json,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    if (text != nullptr) *text = nullptr;
    if (json != nullptr) *json = nullptr;
    ALEXNET_ASSIGN_OR_RETURN(const auto dataset, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_lint_options options,
                             ReadStruct(given, "alexnet_lint_options"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    LintOptions lint = ReadLintOptions(options);
    lint.progress = Progress(options.progress, options.progress_user, limits);
    ALEXNET_ASSIGN_OR_RETURN(
        const LintReport report,
        LintDataset(dataset->data, lint, limits.interrupt()));
    ALEXNET_RETURN_IF_ERROR(limits.CheckObeyed());
    std::unique_ptr<char, void (*)(void*)> as_text(
        text != nullptr ? CopyText(LintText(report)) : nullptr, alexnet_free);
    if (json != nullptr) {
      *json = CopyText(LintJson(report));
    }
    if (text != nullptr) *text = as_text.release();
    if (ok != nullptr) *ok = report.ok();
    return Status();
  });
}

alexnet_status alexnet_dataset_pack(const alexnet_dataset* handle,
                                    const char* out,
                                    const alexnet_pack_options* given,
                                    const alexnet_limits* given_limits,
                                    alexnet_pack_report* report,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckOptional(report, "alexnet_pack_report"));
    ALEXNET_ASSIGN_OR_RETURN(const auto dataset, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(out, "out"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_pack_options options,
                             ReadStruct(given, "alexnet_pack_options"));
    ALEXNET_ASSIGN_OR_RETURN(const auto context,
                             EnterOptional(options.context));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    LogNotes(context, *dataset);
    PackOptions pack = ReadPackOptions(options);
    pack.progress = Progress(options.progress, options.progress_user, limits);
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<PackReport> parts,
        PackData(dataset->data, pack, out, limits.interrupt()));
    ALEXNET_RETURN_IF_ERROR(limits.CheckObeyed());
    alexnet_pack_report total{};
    for (const PackReport& part : parts) {
      LogBroken(context, part.broken);
      total.pictures += part.pictures;
      total.resumed += part.resumed;
      total.shards += part.shards;
      total.broken += static_cast<int64_t>(part.broken.size());
      total.bytes += part.bytes;
      total.seconds += part.seconds;
    }
    return FillOptional(total, report, "alexnet_pack_report");
  });
}

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/dataset.h"
#include "capi/device_options.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "capi/wrong_picture.h"
#include "core/data/split.h"
#include "core/infer/evaluate.h"
#include "core/infer/verify.h"

struct alexnet_evaluation : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c4556;
  static constexpr const char* kName = "evaluation";
  explicit alexnet_evaluation(alexnet::Evaluation made)
      : Counted(kTag),
        result(std::move(made)),
        worst(alexnet::capi::WorstOf(result)) {}
  const alexnet::Evaluation result;
  const std::vector<alexnet_wrong_picture> worst;
};

namespace alexnet::capi {
namespace {

Result<EvaluateOptions> ReadEvaluateOptions(
    const alexnet_evaluate_options& given) {
  EvaluateOptions options;
  ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(given, &options));
  // BEGIN options: capi.read evaluate_options from=given to=options
  options.feed.loader_threads = given.loader_threads;
  options.feed.ten_crop = given.ten_crop != 0;
  options.feed.quarantine.strict = given.strict != 0;
  if (given.max_pixels != 0) options.feed.max_pixels = given.max_pixels;
  // END options
  return options;
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_evaluate(const alexnet_model* model_handle,
                                const alexnet_dataset* data_handle,
                                const alexnet_evaluate_options* given,
                                const alexnet_limits* given_limits,
                                alexnet_evaluation** evaluation,
                                alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(evaluation, "evaluation"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(model_handle));
    ALEXNET_ASSIGN_OR_RETURN(const auto dataset, Enter(data_handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_evaluate_options read,
                             ReadStruct(given, "alexnet_evaluate_options"));
    ALEXNET_ASSIGN_OR_RETURN(const auto context, EnterOptional(read.context));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(EvaluateOptions options,
                             ReadEvaluateOptions(read));
    LogNotes(context, *dataset);
    options.feed.progress = Progress(read.progress, read.progress_user, limits);
    const std::shared_ptr<const Dataset> part = dataset->data.evaluated();
    ALEXNET_ASSIGN_OR_RETURN(Evaluation result,
                             Evaluate(*model->shared, part, AllIndices(*part),
                                      options, limits.interrupt()));
    ALEXNET_RETURN_IF_ERROR(limits.CheckObeyed());
    if (!result.match_note.empty()) LogInfo(context, result.match_note);
    LogBroken(context, result.broken);
    *evaluation = new alexnet_evaluation(std::move(result));
    return Status();
  });
}

void alexnet_evaluation_free(alexnet_evaluation* evaluation) {
  FreeHandle(evaluation);
}

alexnet_status alexnet_evaluation_get_info(const alexnet_evaluation* handle,
                                           alexnet_evaluation_info* info,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto evaluation, Enter(handle));
    const Evaluation& from = evaluation->result;
    alexnet_evaluation_info result{};
    result.count = from.count;
    result.classes = from.classes;
    result.top_k = from.top_k;
    result.ten_crop = from.ten_crop;
    result.top1_error = from.top1_error;
    result.top5_error = from.top5_error;
    result.loss = from.loss;
    result.seconds = from.seconds;
    result.images_per_second = from.images_per_second;
    result.broken = static_cast<int64_t>(from.broken.size());
    return FillStruct(result, info, "alexnet_evaluation_info");
  });
}

alexnet_status alexnet_evaluation_class_at(const alexnet_evaluation* handle,
                                           int64_t class_index,
                                           const char** name, int64_t* count,
                                           double* recall,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    if (name != nullptr) *name = nullptr;
    ALEXNET_ASSIGN_OR_RETURN(const auto evaluation, Enter(handle));
    const Evaluation& from = evaluation->result;
    if (class_index < 0 || class_index >= from.classes) {
      return NotFoundError(fmt::format("there are {} classes, not {}",
                                       from.classes, class_index))
          .WithField("class_index");
    }
    const size_t index = static_cast<size_t>(class_index);
    if (name != nullptr) *name = from.class_names[index].c_str();
    if (count != nullptr) *count = from.class_counts[index];
    if (recall != nullptr) *recall = from.recall[index];
    return Status();
  });
}

const int64_t* alexnet_evaluation_confusion(const alexnet_evaluation* handle) {
  return Value<const int64_t*>(nullptr, [&]() -> const int64_t* {
    const auto evaluation = Enter(handle);
    if (!evaluation.ok() || (*evaluation)->result.confusion.empty()) {
      return nullptr;
    }
    return (*evaluation)->result.confusion.data();
  });
}

alexnet_status alexnet_evaluation_worst(const alexnet_evaluation* handle,
                                        const alexnet_wrong_picture** pictures,
                                        size_t* count, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(pictures, "pictures"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(count, "count"));
    *count = 0;
    ALEXNET_ASSIGN_OR_RETURN(const auto evaluation, Enter(handle));
    *pictures = evaluation->worst.data();
    *count = evaluation->worst.size();
    return Status();
  });
}

alexnet_status alexnet_evaluation_broken_at(const alexnet_evaluation* handle,
                                            size_t index, const char** name,
                                            const char** reason,
                                            alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(name, "name"));
    ALEXNET_RETURN_IF_ERROR(ClearOutput(reason, "reason"));
    ALEXNET_ASSIGN_OR_RETURN(const auto evaluation, Enter(handle));
    const std::vector<BrokenPicture>& broken = evaluation->result.broken;
    if (index >= broken.size()) {
      return NotFoundError(fmt::format("{} pictures were left out, not {}",
                                       broken.size(), index))
          .WithField("index");
    }
    *name = broken[index].name.c_str();
    *reason = broken[index].reason.c_str();
    return Status();
  });
}

alexnet_status alexnet_evaluation_confusion_text(
    const alexnet_evaluation* handle, int32_t limit, char** text,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    constexpr int32_t kDefaultLimit = 20;
    ALEXNET_RETURN_IF_ERROR(ClearOutput(text, "text"));
    ALEXNET_ASSIGN_OR_RETURN(const auto evaluation, Enter(handle));
    *text = CopyText(
        ConfusionText(evaluation->result, limit > 0 ? limit : kDefaultLimit));
    return Status();
  });
}

alexnet_status alexnet_verify_file(const char* path,
                                   const alexnet_session_options* given,
                                   const alexnet_limits* given_limits,
                                   int32_t* ok, char** json,
                                   alexnet_error** error) {
  return Call(error, [&]() -> Status {
    if (json != nullptr) *json = nullptr;
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_session_options read,
                             ReadStruct(given, "alexnet_session_options"));
    CompileOptions options;
    ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(read, &options));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    ALEXNET_ASSIGN_OR_RETURN(
        const VerifyReport report,
        VerifyModelFile(path, options, limits.interrupt()));
    if (json != nullptr) *json = CopyText(VerifyJson(report));
    if (ok != nullptr) *ok = report.ok();
    return Status();
  });
}

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/image.h"
#include "capi/model.h"
#include "capi/session_options.h"
#include "capi/struct_size.h"
#include "core/infer/predictor.h"

struct alexnet_session : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c5353;
  static constexpr const char* kName = "session";
  alexnet_session() : Counted(kTag) {}

  std::shared_ptr<alexnet::capi::SharedModel> model;
  alexnet::capi::Ref<alexnet_context> context;
  std::unique_ptr<alexnet::Predictor> predictor;
  std::vector<std::string> activations;  // names of layers
  std::vector<int> activation_layers;
  std::vector<std::string> labels;  // one per class
  int64_t max_pixels = 0;
  std::vector<float> views;  // of pictures, on their way in
  alexnet::capi::Birthplace birthplace;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

Status ReadActivations(const alexnet_session_options& options,
                       const Network& network, alexnet_session* session) {
  if (options.activation_count == 0) return Status();
  ALEXNET_RETURN_IF_ERROR(CheckPointer(options.activations, "activations"));
  if (options.activation_count > network.layers.size()) {
    return InvalidArgumentError(
               fmt::format("names {} layers; the network has {}",
                           options.activation_count, network.layers.size()))
        .WithField("activations");
  }
  for (size_t i = 0; i < options.activation_count; ++i) {
    ALEXNET_RETURN_IF_ERROR(
        CheckPointer(options.activations[i], "activations"));
    const std::string name = options.activations[i];
    const auto layer =
        std::find_if(network.layers.begin(), network.layers.end(),
                     [&](const Layer& each) { return each.name == name; });
    if (layer == network.layers.end()) {
      std::string names;
      for (const Layer& each : network.layers) names += " " + each.name;
      return NotFoundError(fmt::format("the network has no layer \"{}\"; its "
                                       "layers are:{}",
                                       name, names))
          .WithField("activations");
    }
    session->activations.push_back(name);
    session->activation_layers.push_back(
        static_cast<int>(layer - network.layers.begin()));
  }
  return Status();
}

// Refuses counts and buffers that do not fit each other.
Status CheckRun(const alexnet_session& session, int64_t count,
                const float* output, size_t output_size) {
  ALEXNET_RETURN_IF_ERROR(CheckPointer(output, "output"));
  if (count < 1) {
    return InvalidArgumentError(
               fmt::format("must be at least 1, not {}", count))
        .WithField("count");
  }
  const uint64_t classes = static_cast<uint64_t>(session.predictor->classes());
  if (static_cast<uint64_t>(count) > output_size / classes) {
    return InvalidArgumentError(
               fmt::format("{} floats do not hold {} samples of {}",
                           output_size, count, classes))
        .WithField("output_size");
  }
  return Status();
}

// `count` pictures, `picture(i)` giving each decoded, through the network in
// parts of a batch.
template <typename Picture>
Status RunPictures(alexnet_session& session, int64_t count,
                   const alexnet_limits* given, float* output,
                   Picture&& picture) {
  ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given));
  const Interrupt interrupt = limits.interrupt();
  Predictor& predictor = *session.predictor;
  const int64_t part =
      std::min(count, std::max<int64_t>(1, predictor.plan().options().batch /
                                               predictor.views()));
  const int64_t each = predictor.views() * predictor.view_elements();
  session.views.resize(static_cast<size_t>(part * each));
  predictor.ClearActivations();
  for (int64_t first = 0; first < count; first += part) {
    const int64_t here = std::min(part, count - first);
    for (int64_t i = 0; i < here; ++i) {
      ALEXNET_RETURN_IF_ERROR(interrupt.Check());
      ALEXNET_ASSIGN_OR_RETURN(const Image image, picture(first + i));
      ALEXNET_RETURN_IF_ERROR(
          predictor.Preprocess(image, session.views.data() + i * each));
    }
    ALEXNET_RETURN_IF_ERROR(predictor.Probabilities(
        session.views.data(), here, output + first * predictor.classes()));
  }
  return Status();
}

// Where predictions go.
Status CheckTop(size_t count, const alexnet_prediction* top,
                const size_t* found) {
  if (count > 0) ALEXNET_RETURN_IF_ERROR(CheckPointer(top, "top"));
  return CheckPointer(found, "found");
}

Status FillTop(const alexnet_session& session, std::span<const float> row,
               size_t count, alexnet_prediction* top, size_t* found) {
  const std::vector<int32_t> largest = LargestOf(row, count);
  for (size_t i = 0; i < largest.size(); ++i) {
    const size_t index = static_cast<size_t>(largest[i]);
    top[i].label = session.labels[index].c_str();
    top[i].class_index = largest[i];
    top[i].probability = row[index];
  }
  *found = largest.size();
  return Status();
}

}  // namespace

Result<BackendOptions> ReadBackendOptions(const char* device, int32_t threads,
                                          int32_t precision, int32_t tune) {
  BackendOptions options;
  if (device != nullptr) options.backend = device;
  options.threads = threads;
  options.tune = tune != 0;
  if (precision < 0 || precision > ALEXNET_PRECISION_BF16) {
    return InvalidArgumentError(
               fmt::format("{} is no ALEXNET_PRECISION; there are F32, TF32 "
                           "and BF16",
                           precision))
        .WithField("precision");
  }
  if (precision != 0) {
    options.precision =
        static_cast<Precision>(precision - ALEXNET_PRECISION_F32);
  }
  return options;
}

}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_session_create(const alexnet_model* handle,
                                      const alexnet_session_options* given,
                                      alexnet_session** session,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(session, "session"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, Enter(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_session_options options,
                             ReadStruct(given, "alexnet_session_options"));
    const Model& file = model->get();
    auto made = std::make_unique<alexnet_session>();
    made->model = model->shared;
    ALEXNET_ASSIGN_OR_RETURN(made->context, EnterOptional(options.context));
    ALEXNET_ASSIGN_OR_RETURN(made->max_pixels,
                             ReadMaxPixels(options.max_pixels));
    ALEXNET_RETURN_IF_ERROR(
        ReadActivations(options, file.network(), made.get()));
    PredictorOptions predict;
    ALEXNET_ASSIGN_OR_RETURN(predict.session, ReadSessionOptions(options));
    predict.session.packed = made->model->Packed(predict.session.backend);
    predict.ten_crop = options.ten_crop != 0;
    predict.activations = made->activations;
    ALEXNET_ASSIGN_OR_RETURN(made->predictor,
                             Predictor::Create(made->model->model(), predict));
    for (int64_t i = 0; i < made->predictor->classes(); ++i) {
      made->labels.push_back(file.Label(i));
    }
    *session = made.release();
    return Status();
  });
}

void alexnet_session_free(alexnet_session* session) { FreeHandle(session); }

alexnet_status alexnet_session_get_info(const alexnet_session* handle,
                                        alexnet_session_info* info,
                                        alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, Enter(handle));
    const InferencePlan& plan = session->predictor->plan();
    const Network& network = session->model->model()->network();
    alexnet_session_info result{};
    result.channels = network.channels;
    result.height = network.height;
    result.width = network.width;
    result.views = session->predictor->views();
    result.classes = session->predictor->classes();
    result.batch = plan.options().batch;
    result.threads = plan.threads();
    result.arena_bytes = plan.arena_bytes();
    result.device_bytes = plan.device_bytes();
    return FillStruct(result, info, "alexnet_session_info");
  });
}

alexnet_status alexnet_session_run(alexnet_session* handle, const float* views,
                                   size_t view_size, int64_t count,
                                   const alexnet_limits* given_limits,
                                   float* output, size_t output_size,
                                   alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(views, "views"));
    ALEXNET_RETURN_IF_ERROR(CheckRun(*session, count, output, output_size));
    Predictor& predictor = *session->predictor;
    const uint64_t each = static_cast<uint64_t>(predictor.views()) *
                          static_cast<uint64_t>(predictor.view_elements());
    if (static_cast<uint64_t>(count) > view_size / each) {
      return InvalidArgumentError(
                 fmt::format("{} floats are not {} samples of {}", view_size,
                             count, each))
          .WithField("view_size");
    }
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    predictor.ClearActivations();
    return predictor.Probabilities(views, count, output, limits.interrupt());
  });
}

alexnet_status alexnet_session_run_images(alexnet_session* handle,
                                          const alexnet_image* images,
                                          int64_t count,
                                          const alexnet_limits* limits,
                                          float* output, size_t output_size,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(images, "images"));
    ALEXNET_RETURN_IF_ERROR(CheckRun(*session, count, output, output_size));
    return RunPictures(*session, count, limits, output, [&](int64_t i) {
      return CopyImage(images[i], session->max_pixels);
    });
  });
}

alexnet_status alexnet_session_run_encoded(alexnet_session* handle,
                                           const alexnet_encoded* pictures,
                                           int64_t count,
                                           const alexnet_limits* limits,
                                           float* output, size_t output_size,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(pictures, "pictures"));
    ALEXNET_RETURN_IF_ERROR(CheckRun(*session, count, output, output_size));
    return RunPictures(*session, count, limits, output, [&](int64_t i) {
      return DecodePicture(pictures[i], session->max_pixels);
    });
  });
}

alexnet_status alexnet_session_top(const alexnet_session* handle,
                                   const float* row, size_t row_size,
                                   size_t count, alexnet_prediction* top,
                                   size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(row, "row"));
    ALEXNET_RETURN_IF_ERROR(CheckTop(count, top, found));
    if (row_size != session->labels.size()) {
      return InvalidArgumentError(
                 fmt::format("is {}, but the network has {} classes", row_size,
                             session->labels.size()))
          .WithField("row_size");
    }
    return FillTop(*session, {row, row_size}, count, top, found);
  });
}

alexnet_status alexnet_session_predict_file(
    alexnet_session* handle, const char* path, const alexnet_limits* limits,
    size_t count, alexnet_prediction* top, size_t* found,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_RETURN_IF_ERROR(CheckTop(count, top, found));
    ALEXNET_RETURN_IF_ERROR(CheckClassifies(*session->model->model()));
    std::vector<float> row(session->labels.size());
    ALEXNET_RETURN_IF_ERROR(RunPictures(
        *session, 1, limits, row.data(),
        [&](int64_t) { return LoadPicture(path, session->max_pixels); }));
    return FillTop(*session, row, count, top, found);
  });
}

alexnet_status alexnet_session_preprocess(const alexnet_session* handle,
                                          const alexnet_image* image,
                                          float* views, size_t size,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(image, "image"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(views, "views"));
    const Predictor& predictor = *session->predictor;
    const uint64_t wanted = static_cast<uint64_t>(predictor.views()) *
                            static_cast<uint64_t>(predictor.view_elements());
    if (size < wanted) {
      return InvalidArgumentError(
                 fmt::format("is {}, but the views take {} floats", size,
                             wanted))
          .WithField("size");
    }
    ALEXNET_ASSIGN_OR_RETURN(const Image copy,
                             CopyImage(*image, session->max_pixels));
    return predictor.Preprocess(copy, views);
  });
}

alexnet_status alexnet_session_get_activation(const alexnet_session* handle,
                                              size_t index,
                                              const float** values,
                                              int64_t* rank, int64_t shape[4],
                                              alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(values, "values"));
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    if (index >= session->activations.size()) {
      return NotFoundError(
                 fmt::format("the session was asked for {} layers' outputs, "
                             "not {}; name them in "
                             "alexnet_session_options.activations",
                             session->activations.size(), index))
          .WithField("index");
    }
    const std::span<const float> kept = session->predictor->Activation(index);
    if (kept.empty()) {
      return FailedPreconditionError("nothing was run yet")
          .WithField("session");
    }
    const size_t layer = static_cast<size_t>(session->activation_layers[index]);
    const Shape& out = session->predictor->plan().info().layers[layer].out;
    if (rank != nullptr) *rank = out.rank();
    if (shape != nullptr) {
      for (int i = 0; i < 4; ++i) shape[i] = i < out.rank() ? out[i] : 0;
      shape[0] = static_cast<int64_t>(kept.size()) / out.elements();
    }
    *values = kept.data();
    return Status();
  });
}

#include "core/infer/session.h"

#include <fmt/core.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/context.h"
#include "capi/device_options.h"
#include "capi/image.h"
#include "capi/model.h"
#include "capi/struct_size.h"
#include "core/base/birthplace.h"

struct alexnet_session : alexnet::capi::Counted {
  static constexpr uint32_t kTag = 0x414c5353;
  static constexpr const char* kName = "session";
  alexnet_session() : Counted(kTag) {}

  alexnet::capi::Ref<alexnet_context> context;
  std::unique_ptr<alexnet::Session> session;
  alexnet::Birthplace birthplace;
  mutable alexnet::capi::Gate gate;
};

namespace alexnet::capi {
namespace {

Result<SessionOptions> ReadSessionOptions(const alexnet_session_options& given,
                                          const Model& model) {
  SessionOptions options;
  ALEXNET_RETURN_IF_ERROR(ReadCompileOptions(given, &options));
  // BEGIN options: capi.read session_options from=given to=options
  options.ten_crop = given.ten_crop != 0;
  if (given.max_pixels != 0) options.max_pixels = given.max_pixels;
  // END options
  ALEXNET_ASSIGN_OR_RETURN(
      options.activations,
      ReadTexts(given.activations, given.activation_count,
                model.network().layers.size(), "activations"));
  return options;
}

// Where predictions go.
Status CheckTop(size_t count, const alexnet_prediction* top,
                const size_t* found) {
  if (count > 0) ALEXNET_RETURN_IF_ERROR(CheckPointer(top, "top"));
  return CheckPointer(found, "found");
}

// Puts "images[2]" into an error about picture 2 of `images`.
std::function<Status(int64_t, const Status&)> Element(const char* list) {
  return [list](int64_t i, const Status& error) {
    return error.WithField(fmt::format("{}[{}]", list, i));
  };
}

Status FillTop(const Session& session, std::span<const float> row, size_t count,
               alexnet_prediction* top, size_t* found) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<Prediction> likeliest,
                           session.Top(row, count));
  for (size_t i = 0; i < likeliest.size(); ++i) {
    top[i].label = likeliest[i].label->c_str();
    top[i].class_index = likeliest[i].class_index;
    top[i].probability = likeliest[i].probability;
  }
  *found = likeliest.size();
  return Status();
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_session_create(const alexnet_model* handle,
                                      const alexnet_session_options* given,
                                      alexnet_session** session,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(session, "session"));
    ALEXNET_ASSIGN_OR_RETURN(const auto model, EnterWhole(handle));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_session_options read,
                             ReadStruct(given, "alexnet_session_options"));
    auto made = std::make_unique<alexnet_session>();
    ALEXNET_ASSIGN_OR_RETURN(made->context, EnterOptional(read.context));
    ALEXNET_ASSIGN_OR_RETURN(const SessionOptions options,
                             ReadSessionOptions(read, model->get()));
    ALEXNET_ASSIGN_OR_RETURN(made->session,
                             Session::Create(model->shared, options));
    *session = made.release();
    return Status();
  });
}

void alexnet_session_free(alexnet_session* session) { FreeHandle(session); }

alexnet_status alexnet_session_get_info(const alexnet_session* handle,
                                        alexnet_session_info* info,
                                        alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto entered, Enter(handle));
    const Session& session = *entered->session;
    const Predictor& plan = session.plan();
    const Network& network = session.model().network();
    alexnet_session_info result{};
    result.channels = network.channels;
    result.height = network.height;
    result.width = network.width;
    result.views = session.views();
    result.classes = session.classes();
    result.batch = plan.batch();
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
    ALEXNET_RETURN_IF_ERROR(CheckArray(views, view_size, "views"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(output, output_size, "output"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    return session->session->Run({views, view_size}, count,
                                 {output, output_size}, limits.interrupt());
  });
}

alexnet_status alexnet_session_run_images(alexnet_session* handle,
                                          const alexnet_image* images,
                                          int64_t count,
                                          const alexnet_limits* given_limits,
                                          float* output, size_t output_size,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    if (count > 0) ALEXNET_RETURN_IF_ERROR(CheckPointer(images, "images"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(output, output_size, "output"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    Session& engine = *session->session;
    const auto read = [&](int64_t i) {
      return CopyImage(images[i], engine.max_pixels());
    };
    return engine.RunPictures({count, read, Element("images")},
                              {output, output_size}, limits.interrupt());
  });
}

alexnet_status alexnet_session_run_encoded(alexnet_session* handle,
                                           const alexnet_encoded* pictures,
                                           int64_t count,
                                           const alexnet_limits* given_limits,
                                           float* output, size_t output_size,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    if (count > 0) {
      ALEXNET_RETURN_IF_ERROR(CheckPointer(pictures, "pictures"));
    }
    ALEXNET_RETURN_IF_ERROR(CheckArray(output, output_size, "output"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    Session& engine = *session->session;
    const auto read = [&](int64_t i) {
      return DecodePicture(pictures[i], engine.max_pixels());
    };
    return engine.RunPictures({count, read, Element("pictures")},
                              {output, output_size}, limits.interrupt());
  });
}

alexnet_status alexnet_session_top(const alexnet_session* handle,
                                   const float* row, size_t row_size,
                                   size_t count, alexnet_prediction* top,
                                   size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckArray(row, row_size, "row"));
    ALEXNET_RETURN_IF_ERROR(CheckTop(count, top, found));
    return FillTop(*session->session, {row, row_size}, count, top, found);
  });
}

alexnet_status alexnet_session_predict_file(
    alexnet_session* handle, const char* path,
    const alexnet_limits* given_limits, size_t count, alexnet_prediction* top,
    size_t* found, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
    ALEXNET_RETURN_IF_ERROR(CheckTop(count, top, found));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    Session& engine = *session->session;
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<float> row,
                             engine.Classify(path, limits.interrupt()));
    return FillTop(engine, row, count, top, found);
  });
}

alexnet_status alexnet_session_preprocess(const alexnet_session* handle,
                                          const alexnet_image* image,
                                          float* views, size_t size,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, Enter(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(image, "image"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(views, size, "views"));
    const Session& engine = *session->session;
    const Result<Image> copy = CopyImage(*image, engine.max_pixels());
    if (!copy.ok()) return copy.status().WithField("image");
    return engine.Preprocess(*copy, {views, size});
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
    ALEXNET_ASSIGN_OR_RETURN(const LayerOutput output,
                             session->session->Activation(index));
    if (rank != nullptr) *rank = output.shape.rank();
    if (shape != nullptr) {
      for (int i = 0; i < 4; ++i) {
        shape[i] = i < output.shape.rank() ? output.shape[i] : 0;
      }
    }
    *values = output.values.data();
    return Status();
  });
}

alexnet_status alexnet_session_input_gradients(
    alexnet_session* handle, const float* views, size_t view_size,
    const int32_t* classes, int64_t count, const alexnet_limits* given_limits,
    float* gradients, size_t gradient_size, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto session, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckArray(views, view_size, "views"));
    ALEXNET_RETURN_IF_ERROR(CheckArray(gradients, gradient_size, "gradients"));
    if (count > 0) ALEXNET_RETURN_IF_ERROR(CheckPointer(classes, "classes"));
    ALEXNET_ASSIGN_OR_RETURN(Limits limits, Limits::Read(given_limits));
    const size_t samples = count > 0 ? static_cast<size_t>(count) : 0;
    return session->session->InputGradients(
        {views, view_size}, {classes, samples}, {gradients, gradient_size},
        limits.interrupt());
  });
}

#include <alexnet/alexnet.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/call.h"
#include "tests/faults/call_support.h"

namespace alexnet::faults {
namespace {

Call SessionCall(const std::string& given) {
  auto place = MakePlace<alexnet_session>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            const auto options = OneThread();
            return alexnet_session_create(model.get(), &options, place.get(),
                                          e);
          },
          [place] {
            alexnet_session_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

// What calls on a session compute into.
struct Computed {
  explicit Computed(const std::string& given)
      : model(GivenModel(given)),
        session(OpenSession(model.get(), OneThread())) {
    auto info = Options(alexnet_session_info_init);
    NEED(alexnet_session_get_info(session.get(), &info, &e));
    output.resize(static_cast<size_t>(kBatch * info.classes));
  }
  std::string Take() {
    const std::string taken = BytesOf(output.data(), output.size());
    output.assign(output.size(), -1.0F);
    return taken;
  }

  std::shared_ptr<alexnet_model> model;
  std::shared_ptr<alexnet_session> session;
  std::vector<float> views = Views(session.get());
  std::vector<float> output;
};

Call RunCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  return {[with](alexnet_error** e) {
            return alexnet_session_run(
                with->session.get(), with->views.data(), with->views.size(),
                kBatch, nullptr, with->output.data(), with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call EncodedCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  const std::string jpeg = Bytes(given + "/data/train/circle/0000.jpg");
  const std::string png = Bytes(given + "/grey.png");
  return {[with, jpeg, png](alexnet_error** e) {
            const alexnet_encoded pictures[] = {
                {jpeg.data(), jpeg.size(), "a.jpg"},
                {png.data(), png.size(), nullptr}};
            return alexnet_session_run_encoded(with->session.get(), pictures, 2,
                                               nullptr, with->output.data(),
                                               with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call PredictFileCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  auto top = std::make_shared<alexnet_prediction>();
  return {[with, top,
           path = given + "/data/train/circle/0000.jpg"](alexnet_error** e) {
            size_t found = 0;
            return alexnet_session_predict_file(with->session.get(),
                                                path.c_str(), nullptr, 1,
                                                top.get(), &found, e);
          },
          [top] { return TextOf(top->label) + BytesOf(&top->probability, 1); }};
}

Call InputGradientsCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  with->output.resize(with->views.size());
  return {[with](alexnet_error** e) {
            static const int32_t classes[kBatch] = {0, 1, 0, 1};
            return alexnet_session_input_gradients(
                with->session.get(), with->views.data(), with->views.size(),
                classes, kBatch, nullptr, with->output.data(),
                with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

alexnet_trainer_options TrainerOptions() {
  auto options = Options(alexnet_trainer_options_init);
  options.threads = 1;
  options.batch = kBatch;
  return options;
}

std::shared_ptr<alexnet_trainer> MakeTrainer(const alexnet_model* model) {
  const auto options = TrainerOptions();
  alexnet_trainer* trainer = nullptr;
  NEED(alexnet_trainer_create(model, &options, &trainer, &e));
  return {trainer, alexnet_trainer_free};
}

Call TrainerCall(const std::string& given) {
  auto place = MakePlace<alexnet_trainer>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            const auto options = TrainerOptions();
            return alexnet_trainer_create(model.get(), &options, place.get(),
                                          e);
          },
          [place] {
            alexnet_trainer_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

// At a rate of 0, so that each step is like the last.
Call StepCall(const std::string& given) {
  const auto model = GivenModel(given);
  const auto trainer = MakeTrainer(model.get());
  auto result =
      std::make_shared<alexnet_step_result>(Options(alexnet_step_result_init));
  return {
      [trainer, result,
       views = Views(OpenSession(model.get(), OneThread()).get())](
          alexnet_error** e) {
        static const int32_t labels[kBatch] = {0, 1, 0, 1};
        const auto rule = Options(alexnet_update_rule_init);
        return alexnet_trainer_step(trainer.get(), views.data(), views.size(),
                                    labels, kBatch, &rule, result.get(), e);
      },
      [result] {
        return BytesOf(&result->loss, 1) + BytesOf(&result->gradient_norm, 1);
      }};
}

alexnet_queue_options QueueOptions() {
  auto options = Options(alexnet_queue_options_init);
  options.threads = 1;
  options.batch = 2;
  return options;
}

Call QueueCall(const std::string& given) {
  auto place = MakePlace<alexnet_queue>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            const auto options = QueueOptions();
            return alexnet_queue_create(model.get(), &options, place.get(), e);
          },
          [place] {
            alexnet_queue_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

Call QueueRunCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  const auto options = QueueOptions();
  alexnet_queue* made = nullptr;
  NEED(alexnet_queue_create(with->model.get(), &options, &made, &e));
  const std::shared_ptr<alexnet_queue> queue(made, alexnet_queue_free);
  return {[with, queue](alexnet_error** e) {
            return alexnet_queue_run(
                queue.get(), with->views.data(), with->views.size(), kBatch,
                nullptr, with->output.data(), with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call DevicesCall(const std::string& given) {
  auto place = MakePlace<alexnet_session>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            auto options = OneThread();
            options.threads = 2;
            options.devices = "cpu,cpu";
            options.parallel = ALEXNET_PARALLEL_HYBRID;
            return alexnet_session_create(model.get(), &options, place.get(),
                                          e);
          },
          [place] {
            alexnet_session_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

// A picture in memory.
struct Grey {
  std::vector<uint8_t> pixels = std::vector<uint8_t>(40 * 40, 90);
  alexnet_image image{pixels.data(), 40, 40, 1, 0, 0};
};

Call ImagesCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  return {[with, grey = std::make_shared<Grey>()](alexnet_error** e) {
            return alexnet_session_run_images(with->session.get(), &grey->image,
                                              1, nullptr, with->output.data(),
                                              with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call PreprocessCall(const std::string& given) {
  auto with = std::make_shared<Computed>(given);
  with->output.resize(with->views.size() / kBatch);
  return {[with, grey = std::make_shared<Grey>()](alexnet_error** e) {
            return alexnet_session_preprocess(with->session.get(), &grey->image,
                                              with->output.data(),
                                              with->output.size(), e);
          },
          [with] { return with->Take(); }};
}

Call TrainerModelCall(const std::string& given) {
  auto place = MakePlace<alexnet_model>();
  return {[place,
           trainer = MakeTrainer(GivenModel(given).get())](alexnet_error** e) {
            return alexnet_trainer_model(trainer.get(), nullptr, place.get(),
                                         e);
          },
          [place] { return TakeModel(place); }};
}

Call FeaturesCall(const std::string& given) {
  auto rows = std::make_shared<std::vector<float>>();
  return {[rows, model = GivenModel(given), grey = given + "/grey.png",
           circle = given + "/data/train/circle/0000.jpg"](alexnet_error** e) {
            auto options = Options(alexnet_feature_options_init);
            options.threads = 1;
            options.loader_threads = 1;
            options.batch = 2;
            const char* const paths[] = {grey.c_str(), circle.c_str()};
            alexnet_features* features = nullptr;
            alexnet_status status = alexnet_features_create(
                model.get(), "conv1", paths, 2, &options, &features, e);
            auto info = Options(alexnet_features_info_init);
            if (status == ALEXNET_OK) {
              status = alexnet_features_get_info(features, &info, e);
            }
            if (status == ALEXNET_OK) {
              rows->assign(static_cast<size_t>(2 * info.size), 0.0F);
              int64_t indices[2];
              size_t found = 0;
              status =
                  alexnet_features_next(features, nullptr, indices, 2,
                                        rows->data(), rows->size(), &found, e);
            }
            alexnet_features_free(features);
            return status;
          },
          [rows] { return BytesOf(rows->data(), rows->size()); }};
}

Call BenchmarkCall(const std::string&) {
  return {[](alexnet_error** e) {
    auto options = Options(alexnet_benchmark_options_init);
    options.preset = "lenet5";
    options.threads = 1;
    options.seconds = 1e-9;
    auto report = Options(alexnet_benchmark_report_init);
    return alexnet_benchmark(&options, nullptr, &report, e);
  }};
}

}  // namespace

std::vector<NamedCall> ComputeCalls() {
  return {
      {"session_create", SessionCall},
      {"session_create devices", DevicesCall},
      {"session_run", RunCall},
      {"session_run_images", ImagesCall},
      {"session_run_encoded", EncodedCall},
      {"session_predict_file", PredictFileCall},
      {"session_preprocess", PreprocessCall},
      {"session_input_gradients", InputGradientsCall},
      {"trainer_create", TrainerCall},
      {"trainer_step", StepCall},
      {"trainer_model", TrainerModelCall},
      {"queue_create", QueueCall},
      {"queue_run", QueueRunCall},
      {"features", FeaturesCall},
      {"benchmark", BenchmarkCall},
  };
}

}  // namespace alexnet::faults

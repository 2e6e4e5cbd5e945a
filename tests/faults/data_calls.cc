#include <alexnet/alexnet.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/call.h"
#include "tests/faults/call_support.h"

namespace alexnet::faults {
namespace {

Call DatasetCall(const std::string& path) {
  auto place = MakePlace<alexnet_dataset>();
  return {
      [place, path](alexnet_error** e) {
        return alexnet_dataset_open(path.c_str(), 0, place.get(), e);
      },
      [place] {
        const std::string taken =
            TextOf(alexnet_dataset_class_name(*place, 1)) +
            std::to_string(alexnet_dataset_size(*place, ALEXNET_PART_TRAIN));
        alexnet_dataset_free(std::exchange(*place, nullptr));
        return taken;
      }};
}

Call DatasetReadCall(const std::string& given) {
  auto place = MakePlace<void>();
  auto name = MakePlace<char>();
  auto size = std::make_shared<size_t>(0);
  return {[place, name, size, dataset = OpenDataset(given)](alexnet_error** e) {
            int32_t label = 0;
            return alexnet_dataset_read(dataset.get(), ALEXNET_PART_TRAIN, 1,
                                        &label, name.get(), place.get(),
                                        size.get(), e);
          },
          [place, name, size] {
            const std::string taken =
                TakeText(name) +
                BytesOf(static_cast<const char*>(*place), *size);
            alexnet_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call LintCall(const std::string& given) {
  auto place = MakePlace<char>();
  return {[place, dataset = OpenDataset(given)](alexnet_error** e) {
            auto options = Options(alexnet_lint_options_init);
            options.threads = 1;
            int32_t ok = 0;
            return alexnet_dataset_lint(dataset.get(), &options, nullptr, &ok,
                                        nullptr, place.get(), e);
          },
          [place] { return TakeText(place); }};
}

Call EvaluateCall(const std::string& given) {
  auto place = MakePlace<alexnet_evaluation>();
  return {[place, model = GivenModel(given),
           dataset = OpenDataset(given)](alexnet_error** e) {
            auto options = Options(alexnet_evaluate_options_init);
            options.threads = 1;
            options.loader_threads = 1;
            return alexnet_evaluate(model.get(), dataset.get(), &options,
                                    nullptr, place.get(), e);
          },
          [place] {
            const std::string taken =
                BytesOf(alexnet_evaluation_confusion(*place), 4);
            alexnet_evaluation_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

std::string TakePixels(const Place<uint8_t>& place,
                       const alexnet_image& image) {
  const auto size =
      static_cast<size_t>(image.width * image.height * image.channels);
  const std::string taken = BytesOf(*place, size);
  alexnet_free(std::exchange(*place, nullptr));
  return taken;
}

Call DecodeCall(const std::string& given) {
  auto place = MakePlace<uint8_t>();
  auto image = std::make_shared<alexnet_image>();
  return {[place, image,
           path = given + "/data/train/circle/0000.jpg"](alexnet_error** e) {
            return alexnet_image_load(path.c_str(), 0, place.get(), image.get(),
                                      e);
          },
          [place, image] { return TakePixels(place, *image); }};
}

Call DecodeMemoryCall(const std::string& given) {
  auto place = MakePlace<uint8_t>();
  auto image = std::make_shared<alexnet_image>();
  return {[place, image, png = Bytes(given + "/grey.png")](alexnet_error** e) {
            const alexnet_encoded picture = {png.data(), png.size(), nullptr};
            return alexnet_image_decode(&picture, 0, place.get(), image.get(),
                                        e);
          },
          [place, image] { return TakePixels(place, *image); }};
}

void Remove(const std::string& path) { std::filesystem::remove_all(path); }

// What training in folder `out` leaves.
std::string Trained(const std::string& out) {
  return FirstTensor(LoadedModel(out + "/last.alexnet").get()) +
         FirstTensor(LoadedModel(out + "/best.alexnet").get());
}

// One epoch of a few pictures, a quarter of which is held out.
struct Run {
  explicit Run(const std::string& given) : data(given + "/data/train") {
    recipe.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
    recipe.epochs = 1;
    recipe.batch = kBatch;
    options.data = data.c_str();
    options.out = kOut;
    options.preset = "lenet5";
    options.recipe = &recipe;
    options.threads = 1;
    options.loader_threads = 1;
    options.validation_fraction = 0.25;
    options.log_every = 1;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  static constexpr const char* kOut = "out";
  const std::string data;
  alexnet_recipe recipe = Options(alexnet_recipe_init);
  alexnet_train_options options = Options(alexnet_train_options_init);
};

Call TrainCall(const std::string& given) {
  return {[run = std::make_shared<Run>(given)](alexnet_error** e) {
            return alexnet_train(&run->options, nullptr, nullptr, nullptr, e);
          },
          [] { return Trained(Run::kOut); }, [] { Remove(Run::kOut); }};
}

Call FinetuneCall(const std::string& given) {
  return {[run = std::make_shared<Run>(given),
           model = GivenModel(given)](alexnet_error** e) {
            const auto options = Options(alexnet_finetune_options_init);
            return alexnet_finetune(model.get(), &options, &run->options,
                                    nullptr, nullptr, nullptr, e);
          },
          [] { return Trained(Run::kOut); }, [] { Remove(Run::kOut); }};
}

Call PackCall(const std::string& given) {
  constexpr const char* kOut = "packed";
  return {[dataset = OpenDataset(given)](alexnet_error** e) {
            auto options = Options(alexnet_pack_options_init);
            options.resize = 32;
            options.threads = 1;
            options.shard_samples = 4;
            return alexnet_dataset_pack(dataset.get(), kOut, &options, nullptr,
                                        nullptr, e);
          },
          [] {
            return Bytes(std::string(kOut) + "/shard-000000.tar") +
                   Bytes(std::string(kOut) + "/dataset.json");
          },
          [] { Remove(kOut); }};
}

Call ShapesCall(const std::string&) {
  constexpr const char* kOut = "shapes";
  return {[](alexnet_error** e) {
            auto options = Options(alexnet_shapes_options_init);
            options.train_per_class = 1;
            options.held_out_per_class = 1;
            return alexnet_draw_shapes(kOut, &options, nullptr, e);
          },
          [] { return Bytes(std::string(kOut) + "/train/circle/0000.jpg"); },
          [] { Remove(kOut); }};
}

Call ListCall(const std::string& given) {
  constexpr const char* kPath = "pictures.txt";
  for (const char* name : {"0.png", "1.png"}) {
    std::ofstream(name, std::ios::binary) << Bytes(given + "/grey.png");
  }
  std::ofstream(kPath) << "0.png 0\n1.png 1\n";
  return DatasetCall(kPath);
}

}  // namespace

std::vector<NamedCall> DataCalls() {
  return {
      {"dataset_open",
       [](const auto& given) { return DatasetCall(given + "/data/train"); }},
      {"dataset_open shards",
       [](const auto& given) { return DatasetCall(given + "/shards"); }},
      {"dataset_open list", ListCall},
      {"dataset_read", DatasetReadCall},
      {"dataset_lint", LintCall},
      {"dataset_pack", PackCall},
      {"draw_shapes", ShapesCall},
      {"evaluate", EvaluateCall},
      {"alexnet_train", TrainCall},
      {"alexnet_finetune", FinetuneCall},
      {"image_load", DecodeCall},
      {"image_decode", DecodeMemoryCall},
  };
}

}  // namespace alexnet::faults

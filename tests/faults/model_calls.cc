#include <alexnet/alexnet.h>

#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/call.h"
#include "tests/faults/call_support.h"

namespace alexnet::faults {
namespace {

Call LoadCall(const std::string& given, bool copy) {
  auto place = MakePlace<alexnet_model>();
  return {[place, path = given + "/model.alexnet", copy](alexnet_error** e) {
            auto options = Options(alexnet_load_options_init);
            options.copy = copy ? 1 : 0;
            return alexnet_model_load(path.c_str(), &options, place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call LoadMemoryCall(const std::string& given) {
  auto place = MakePlace<alexnet_model>();
  return {[place, bytes = Bytes(given + "/model.alexnet")](alexnet_error** e) {
            return alexnet_model_load_memory(bytes.data(), bytes.size(),
                                             nullptr, place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call SaveCall(const std::string& given) {
  return {[model = GivenModel(given)](alexnet_error** e) {
            return alexnet_model_save(model.get(), "saved.alexnet", nullptr,
                                      nullptr, e);
          },
          [] { return Bytes("saved.alexnet"); }};
}

Call SaveMemoryCall(const std::string& given) {
  auto place = MakePlace<void>();
  auto size = std::make_shared<size_t>(0);
  return {[place, size, model = GivenModel(given)](alexnet_error** e) {
            return alexnet_model_save_memory(model.get(), nullptr, nullptr,
                                             place.get(), size.get(), e);
          },
          [place, size] {
            const std::string taken =
                BytesOf(static_cast<const char*>(*place), *size);
            alexnet_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call JsonCall(const std::string& given) {
  auto place = MakePlace<char>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            return alexnet_model_json(model.get(), place.get(), e);
          },
          [place] { return TakeText(place); }};
}

Call InitialCall(const std::string&) {
  alexnet_network* network = nullptr;
  NEED(alexnet_network_create_preset("lenet5", 10, 0, &network, &e));
  auto place = MakePlace<alexnet_model>();
  return {[place, network = std::shared_ptr<alexnet_network>(
                      network, alexnet_network_free)](alexnet_error** e) {
            return alexnet_model_create_initial(network.get(), 1, nullptr,
                                                place.get(), e);
          },
          [place] { return TakeModel(place); }};
}

Call PresetCall(const std::string&) {
  auto place = MakePlace<alexnet_network>();
  return {[place](alexnet_error** e) {
            return alexnet_network_create_preset("alexnet", 10, 0, place.get(),
                                                 e);
          },
          [place] {
            alexnet_network_free(std::exchange(*place, nullptr));
            return std::string();
          }};
}

Call VerifyCall(const std::string& given) {
  auto place = MakePlace<char>();
  auto whole = std::make_shared<int32_t>(0);
  return {[place, whole, path = given + "/model.alexnet"](alexnet_error** e) {
            const auto options = OneThread();
            return alexnet_verify_file(path.c_str(), &options, nullptr,
                                       whole.get(), place.get(), e);
          },
          [place, whole] {
            alexnet_free(std::exchange(*place, nullptr));  // it has times
            return std::to_string(*whole);
          }};
}

// Each kind of layer that a small network may have.
alexnet_status Build(alexnet_network* network, alexnet_error** e) {
  auto convolution = Options(alexnet_convolution_options_init);
  convolution.out_channels = 8;
  convolution.window.kernel_h = 3;
  auto pooling = Options(alexnet_pooling_options_init);
  pooling.window.kernel_h = 3;
  pooling.window.stride_h = 2;
  const auto lrn = Options(alexnet_lrn_options_init);
  auto local = Options(alexnet_locally_connected_options_init);
  local.out_channels = 4;
  local.window.kernel_h = 3;
  auto full = Options(alexnet_fully_connected_options_init);
  full.out_features = 5;
  alexnet_status status =
      alexnet_network_add_convolution(network, "conv1", &convolution, e);
  const auto then = [&](auto add, auto... arguments) {
    if (status == ALEXNET_OK) status = add(network, arguments..., e);
  };
  then(alexnet_network_add_activation, "relu1", ALEXNET_ACTIVATION_RELU);
  then(alexnet_network_add_lrn, "norm1", &lrn);
  then(alexnet_network_add_pooling, "pool1", &pooling);
  then(alexnet_network_add_locally_connected, "local2", &local);
  then(alexnet_network_add_adaptive_average_pooling, "pool2", 2, 2);
  then(alexnet_network_add_dropout, "drop2", 0.5F);
  then(alexnet_network_add_fully_connected, "fc3", &full);
  then(alexnet_network_add_softmax, "prob");
  then(alexnet_network_set_option, "relu", "kind", "tanh");
  then(alexnet_network_remove_layers, "norm*");
  return status;
}

Call BuildCall(const std::string&) {
  auto place = MakePlace<char>();
  return {[place](alexnet_error** e) {
            alexnet_network* network = nullptr;
            alexnet_status status =
                alexnet_network_create("built", 3, 16, 16, &network, e);
            if (status == ALEXNET_OK) status = Build(network, e);
            if (status == ALEXNET_OK) {
              status = alexnet_network_json(network, place.get(), e);
            }
            alexnet_network_free(network);
            return status;
          },
          [place] { return TakeText(place); }};
}

Call NetworkTextCall(const std::string&) {
  alexnet_network* made = nullptr;
  NEED(alexnet_network_create_preset("alexnet", 10, 0, &made, &e));
  const std::shared_ptr<alexnet_network> network(made, alexnet_network_free);
  auto place = MakePlace<char>();
  return {[place, network](alexnet_error** e) {
            return alexnet_network_text(network.get(), place.get(), e);
          },
          [place] { return TakeText(place); }};
}

Call BuilderCall(const std::string& given) {
  auto place = MakePlace<alexnet_model>();
  return {[place, model = GivenModel(given)](alexnet_error** e) {
            alexnet_model_builder* builder = nullptr;
            alexnet_status status =
                alexnet_model_builder_create_from(model.get(), &builder, e);
            const auto then = [&](auto set, auto... arguments) {
              if (status == ALEXNET_OK) status = set(builder, arguments..., e);
            };
            const char* const labels[] = {"first", "second"};
            then(alexnet_model_builder_set_labels, labels, 2);
            then(alexnet_model_builder_set_metadata, "key", "value");
            then(alexnet_model_builder_set_source, "a test", nullptr);
            if (status == ALEXNET_OK) {
              status =
                  alexnet_model_builder_build(builder, nullptr, place.get(), e);
            }
            alexnet_model_builder_free(builder);
            return status;
          },
          [place] { return TakeModel(place); }};
}

// Of a file one of whose bytes is another.
Call DamageCall(const std::string& given) {
  constexpr const char* kPath = "damaged.alexnet";
  std::string bytes = Bytes(given + "/model.alexnet");
  bytes[bytes.size() / 2] ^= 1;
  std::ofstream(kPath, std::ios::binary) << bytes;
  auto damage = std::make_shared<alexnet_damage>();
  auto found = std::make_shared<size_t>(0);
  return {[damage, found](alexnet_error** e) {
            alexnet_model* model = nullptr;
            alexnet_status status =
                alexnet_model_load_damaged(kPath, &model, e);
            if (status == ALEXNET_OK) {
              status = alexnet_model_find_damage(model, 2, nullptr, 1,
                                                 damage.get(), found.get(), e);
            }
            alexnet_model_free(model);
            return status;
          },
          [damage, found] {
            return BytesOf(found.get(), 1) + BytesOf(damage.get(), 1);
          }};
}

Call MeasureCall(const std::string& given) {
  auto statistics = std::make_shared<alexnet_tensor_statistics>(
      Options(alexnet_tensor_statistics_init));
  return {[statistics, model = GivenModel(given)](alexnet_error** e) {
            return alexnet_model_measure_tensor(
                model.get(), 0, 2, nullptr, statistics.get(), nullptr, 0, e);
          },
          [statistics] { return BytesOf(statistics.get(), 1); }};
}

Call SystemCall(const std::string&) {
  auto place = MakePlace<char>();
  return {[place](alexnet_error** e) {
            return alexnet_system_json(place.get(), e);
          },
          [place] {
            alexnet_free(std::exchange(*place, nullptr));  // it has free memory
            return std::string();
          }};
}

}  // namespace

std::vector<NamedCall> ModelCalls() {
  return {
      {"model_load", [](const auto& given) { return LoadCall(given, false); }},
      {"model_load copy",
       [](const auto& given) { return LoadCall(given, true); }},
      {"model_load_memory", LoadMemoryCall},
      {"model_save", SaveCall},
      {"model_save_memory", SaveMemoryCall},
      {"model_json", JsonCall},
      {"model_create_initial", InitialCall},
      {"model_builder", BuilderCall},
      {"model_find_damage", DamageCall},
      {"model_measure_tensor", MeasureCall},
      {"network_create_preset", PresetCall},
      {"network_add", BuildCall},
      {"network_text", NetworkTextCall},
      {"verify_file", VerifyCall},
      {"system_json", SystemCall},
  };
}

}  // namespace alexnet::faults

#include <alexnet/alexnet.h>
#include <alexnet/alexnet_convert.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/faults/call.h"
#include "tests/faults/call_support.h"

namespace alexnet::faults {
namespace {

Call ImportCall(const std::string& given, const std::string& name) {
  auto place = MakePlace<alexnet_model>();
  return {[place, path = given + "/" + name](alexnet_error** e) {
            return alexnet_import(path.c_str(), nullptr, nullptr, place.get(),
                                  nullptr, e);
          },
          [place] {
            std::string taken = FirstTensor(*place);
            alexnet_network* network = nullptr;
            NEED(alexnet_model_network(*place, &network, &e));
            char* json = nullptr;
            NEED(alexnet_network_json(network, &json, &e));
            taken += json;
            alexnet_free(json);
            alexnet_network_free(network);
            alexnet_model_free(std::exchange(*place, nullptr));
            return taken;
          }};
}

Call ExportCall(const std::string& given, const std::string& name) {
  return {[model = GivenModel(given), name](alexnet_error** e) {
            return alexnet_export(model.get(), name.c_str(), nullptr, nullptr,
                                  e);
          },
          [name] { return Bytes(name); }};
}

}  // namespace

std::vector<NamedCall> ConvertCalls() {
  const auto import = [](const char* name) {
    return [name](const std::string& given) { return ImportCall(given, name); };
  };
  const auto to = [](const char* name) {
    return [name](const std::string& given) { return ExportCall(given, name); };
  };
  return {
      {"import onnx", import("model.onnx")},
      {"import pth", import("model.pth")},
      {"import npz", import("model.npz")},
      {"import safetensors", import("model.safetensors")},
      {"import caffemodel", import("model.caffemodel")},
      {"export onnx", to("new.onnx")},
      {"export safetensors", to("new.safetensors")},
      {"export npz", to("new.npz")},
      {"export pth", to("new.pth")},
      {"export caffemodel", to("new.caffemodel")},
  };
}

}  // namespace alexnet::faults

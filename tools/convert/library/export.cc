#include "tools/convert/library/export.h"

#include <fmt/core.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/convert/formats/format.h"

namespace alexnet::convert {
namespace {

constexpr std::string_view kOwn = "alexnet";
constexpr std::string_view kOwnEnding = ".alexnet";

std::string WritableFormats() {
  std::string names = fmt::format("{} ({})", kOwn, kOwnEnding);
  for (const Format& format : Formats()) {
    if (format.write == nullptr) continue;
    names += fmt::format(", {} ({})", format.name, format.endings.front());
  }
  return names;
}

// In small letters or capitals.
bool EndsIn(std::string_view path, std::string_view ending) {
  if (path.size() < ending.size()) return false;
  path.remove_prefix(path.size() - ending.size());
  return std::equal(path.begin(), path.end(), ending.begin(),
                    [](char a, char b) {
                      return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
                    });
}

// Null for the engine's own.
const Format* ChooseFormat(const std::string& path,
                           const ExportSettings& settings) {
  if (settings.format == kOwn) return nullptr;
  if (settings.format.empty() && EndsIn(path, kOwnEnding)) return nullptr;
  for (const Format& format : Formats()) {
    bool chosen = format.name == settings.format;
    for (const std::string_view ending : format.endings) {
      chosen = chosen || (settings.format.empty() && EndsIn(path, ending));
    }
    if (!chosen) continue;
    if (format.write != nullptr) return &format;
    throw Unsupported("format", fmt::format("{} files are read, not written; "
                                            "written are {}",
                                            format.name, WritableFormats()));
  }
  if (settings.format.empty()) {
    throw Invalid("format",
                  "the ending of the name tells no format; written are " +
                      WritableFormats());
  }
  throw Invalid("format", fmt::format("there is no format \"{}\"; written are "
                                      "{}",
                                      settings.format, WritableFormats()));
}

std::string Beside(const std::string& path, std::string_view ending) {
  const size_t dot = path.find_last_of("./");
  const bool has_ending = dot != std::string::npos && path[dot] == '.';
  return path.substr(0, has_ending ? dot : path.size()) + std::string(ending);
}

WriteOptions SideFilesOf(const std::string& path,
                         const ExportSettings& settings,
                         const Preprocessing& preprocessing) {
  WriteOptions options;
  options.network_file =
      settings.network_file.value_or(Beside(path, ".prototxt"));
  const bool has_image = preprocessing.mean_image != nullptr;
  options.mean_file = settings.mean_file.value_or(
      has_image ? Beside(path, "_mean.binaryproto") : "");
  return options;
}

// A hash of the elements, one after another.
XXH128_hash_t HashOf(const Tensor& tensor, ElementType type,
                     const ReleaseMemory& release) {
  // Not on the stack: frames of GCC 12's address sanitizer are aligned to 32
  // bytes, and this is to 64.
  const auto state = std::make_unique<XXH3_state_t>();
  XXH3_128bits_reset(state.get());
  Stream(
      tensor, type,
      [&](int64_t, Bytes chunk) {
        XXH3_128bits_update(state.get(), chunk.data(), chunk.size());
      },
      release);
  return XXH3_128bits_digest(state.get());
}

// Throws unless both give the same bits.
void CompareTensors(const Tensor& written, const Tensor& read, ElementType type,
                    const ReleaseMemory& release) {
  const XXH128_hash_t a = HashOf(written, type, {});
  const XXH128_hash_t b = HashOf(read, type, release);
  if (XXH128_isEqual(a, b)) return;
  throw Error(ALEXNET_INTERNAL,
              "reads back other than it was written; this is a defect of the "
              "converter, and no file was written",
              "", "tensor \"" + written.name + "\"");
}

// Reads what was written and compares it with the model, element by element,
// and layer by layer where the format holds layers.
void CompareWithFile(const ExportModel& model, const Format& format,
                     const OutputFile& file) {
  const std::shared_ptr<SourceFile> written =
      SourceFile::Open(file.temporary());
  const ForeignModel foreign = format.read(written, ReadOptions());
  if (foreign.layers) {
    const std::string difference =
        FirstDifference(WithShapes(*foreign.layers), model.layers);
    if (!difference.empty()) {
      throw Error(ALEXNET_INTERNAL,
                  "reads back as another network (" + difference +
                      "); this is a defect of the converter, and no file was "
                      "written");
    }
  }
  size_t next = 0;
  const std::vector<Parameter> parameters =
      ParametersFor(foreign, model.layers);
  for (size_t layer = 0; layer < model.weights.size(); ++layer) {
    for (const Tensor* tensor : {&model.weights[layer], &model.biases[layer]}) {
      if (tensor->parts.empty()) continue;
      CompareTensors(*tensor, parameters[next++].tensor, model.type,
                     [&](Bytes range) { written->Release(range); });
    }
  }
}

// What a reader of the file will not know of the model.
std::vector<std::string> WhatIsLost(const ExportModel& model,
                                    const Format& format,
                                    const std::vector<SideFile>& side_files) {
  std::vector<std::string> lost;
  const bool tells = format.name == "onnx" || format.name == "safetensors";
  const bool image = model.preprocessing.mean_image != nullptr;
  if (!tells) {
    lost.push_back(
        std::string(format.description) +
        " files do not say how pictures are prepared: readers take what is "
        "usual "
        "for the network" +
        (side_files.size() > 1 ? ", and the mean image beside the file" : ""));
  } else if (image) {
    lost.push_back("the mean image became its mean colour");
  }
  if (!model.labels.empty() && format.name != "onnx") {
    lost.push_back("class names are left out: " +
                   std::string(format.description) + " files hold none");
  }
  return lost;
}

std::vector<std::string> ExportForeign(const Model& model,
                                       const std::string& path,
                                       const Format& format,
                                       const ExportSettings& settings,
                                       const Interrupt& interrupt) {
  ExportModel parts = MakeExportModel(model, settings.dtype);
  const bool fits = std::find(format.types.begin(), format.types.end(),
                              parts.type) != format.types.end();
  if (!fits && settings.dtype != ALEXNET_DTYPE_DEFAULT) {
    throw Unsupported(
        "dtype", fmt::format("{} files hold no {} tensors", format.description,
                             ElementName(parts.type)));
  }
  if (!fits) parts.type = ElementType::kF32;
  const WriteOptions options = SideFilesOf(path, settings, parts.preprocessing);
  std::vector<SideFile> side_files;
  if (format.beside != nullptr) side_files = format.beside(parts, options);

  OutputFile file(path);
  format.write(parts, options, file);
  interrupt.Check();
  if (settings.check) CompareWithFile(parts, format, file);
  interrupt.Check();
  std::vector<std::unique_ptr<OutputFile>> beside;
  for (const SideFile& side_file : side_files) {
    beside.push_back(std::make_unique<OutputFile>(side_file.path));
    beside.back()->Write(side_file.content);
  }
  file.Commit();
  for (const auto& each : beside) each->Commit();
  return WhatIsLost(parts, format, side_files);
}

}  // namespace

std::vector<std::string> Export(const Model& model, const std::string& path,
                                const ExportSettings& settings,
                                const Interrupt& interrupt) {
  return InFile(path, [&]() -> std::vector<std::string> {
    const Format* format = ChooseFormat(path, settings);
    const std::optional<Model> turned =
        InChannelOrder(model, settings.order, interrupt);
    if (turned) {
      ExportSettings rest = settings;
      rest.order = ChannelOrder::kKeep;
      return Export(*turned, path, rest, interrupt);
    }
    if (format != nullptr) {
      return ExportForeign(model, path, *format, settings, interrupt);
    }
    SaveOptions options;
    options.dtype = settings.dtype;
    options.strip_training_state = settings.strip_training_state;
    model.save(path, options, interrupt.Rest());
    return {};
  });
}

}  // namespace alexnet::convert

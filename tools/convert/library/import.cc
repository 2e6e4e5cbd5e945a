#include "tools/convert/library/import.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <future>
#include <optional>
#include <utility>

#include "tools/convert/base/zip.h"
#include "tools/convert/formats/caffe/caffe.h"
#include "tools/convert/formats/format.h"
#include "tools/convert/library/model_archive.h"
#include "tools/convert/library/preprocessing.h"
#include "tools/convert/library/side_files.h"
#include "tools/convert/model/choose.h"
#include "tools/convert/model/single_output.h"

namespace alexnet::convert {
namespace {

constexpr size_t kHashBytes = size_t{4} << 20;
constexpr int64_t kImageNetClasses = 1000;
// Of the networks in archives.
constexpr std::string_view kArchived = "caffe";

bool IsOwn(Bytes file) {
  return file.size() >= 8 && TextOf(file.subspan(4, 4)) == "ALXN";
}

const Format* FindFormat(std::string_view name) {
  std::vector<std::string_view> names = {"alexnet"};
  for (const Format& format : Formats()) {
    if (format.name == name) return &format;
    names.push_back(format.name);
  }
  throw Invalid("format",
                fmt::format("there is no format \"{}\"; there are: {}", name,
                            fmt::join(names, " ")));
}

// What else a zip archive may be; "" for what is none, or not known.
std::string GuessArchive(Bytes file) {
  if (!LooksLikeZip(file)) return "";
  std::vector<std::string> names;
  try {
    names = ZipArchive(SourceFile::Of(file, "")).names();
  } catch (const Error& error) {
    return "is a zip archive that cannot be read: " +
           (error.field().empty() ? "" : error.field() + " ") + error.message();
  }
  const auto has = [&](std::string_view end) {
    return std::any_of(
        names.begin(), names.end(),
        [end](const std::string& name) { return name.ends_with(end); });
  };
  if (has("model.weights.h5")) {
    return "is a Keras model (.keras); model.export(\"OUT.onnx\", "
           "format=\"onnx\") writes ONNX, which is read";
  }
  if (has("saved_model.pb")) {
    return "is an archive of a TensorFlow SavedModel; \"python -m "
           "tf2onnx.convert --saved-model FOLDER --output OUT.onnx\" makes "
           "ONNX of its folder";
  }
  if (has("archive_format") || has("serialized_exported_program.json")) {
    return "is a program of torch.export (.pt2); torch.save("
           "program.state_dict, \"OUT.pth\") writes its weights";
  }
  return "is a zip archive of something else than weights";
}

// What else a file may be that people try.
std::string GuessOther(Bytes file) {
  const std::string_view text =
      TextOf(file.first(std::min<size_t>(file.size(), 512)));
  if (text.empty()) return "is empty";
  if (text.starts_with("\x89HDF")) {
    return "is an HDF5 file (Keras's .h5, Caffe's .caffemodel.h5, MATLAB "
           "7.3); of Keras's, \"python -m tf2onnx.convert --keras IN.h5 "
           "--output OUT.onnx\" or model.export(\"OUT.onnx\", "
           "format=\"onnx\") makes ONNX; Caffe writes a .caffemodel where its "
           "solver has \"snapshot_format: BINARYPROTO\"";
  }
  if (const std::string archive = GuessArchive(file); !archive.empty()) {
    return archive;
  }
  if (text.starts_with("\x80\x04\x95") || text.starts_with("\x80\x05\x95")) {
    return "is a pickle of Python's; of a dict of arrays, "
           "numpy.savez(\"OUT.npz\", **weights) writes what is read";
  }
  if (text.starts_with("MATLAB")) {
    return "is a MATLAB file; export the network to ONNX there "
           "(exportONNXNetwork)";
  }
  if (text.starts_with("\xff\xd8") || text.starts_with("\x89PNG")) {
    return "is a picture; a file of weights is needed";
  }
  if (text.starts_with("<?xml") &&
      text.find("<net") != std::string_view::npos) {
    return "is an OpenVINO description, whose weights are in its .bin; convert "
           "the file that it was made from, such as ONNX";
  }
  if (text.starts_with("<") || text.starts_with("version https://git-lfs")) {
    return "is a page or a pointer that was saved in place of the file; "
           "download the file itself";
  }
  if (text.starts_with("\x1f\x8b") || text.starts_with("BZh") ||
      text.starts_with("\xfd"
                       "7zXZ")) {
    return "is compressed; unpack it first";
  }
  if (text.find("TFL3") == 4) return "is a TensorFlow Lite file; export ONNX";
  if (text.find("layer {") != std::string_view::npos ||
      text.find("layers {") != std::string_view::npos) {
    return "is a Caffe network description; give the .caffemodel, and this by "
           "`network_file`";
  }
  return "is of no format that is known here";
}

// The folder of a TensorFlow SavedModel, or the file in it, which is a message
// of protobuf's as others are.
void RefuseSavedModel(const std::string& path) {
  constexpr const char* kFile = "/saved_model.pb";
  std::error_code ignored;
  if (!("/" + path).ends_with(kFile) &&
      !std::filesystem::exists(path + kFile, ignored)) {
    return;
  }
  throw Invalid("",
                "is of a TensorFlow SavedModel; \"python -m tf2onnx.convert "
                "--saved-model FOLDER --output OUT.onnx\" makes ONNX of its "
                "folder, which is read");
}

// Null for the engine's own.
const Format* DetectIn(Bytes file) {
  if (IsOwn(file)) return nullptr;
  if (LooksLikeModelArchive(file)) return FindFormat(kArchived);
  for (const Format& format : Formats()) {
    if (format.matches(file)) return &format;
  }
  std::vector<std::string_view> names = {"alexnet"};
  for (const Format& format : Formats()) names.push_back(format.name);
  throw Invalid("", fmt::format("{} (known: {})", GuessOther(file),
                                fmt::join(names, " ")));
}

// Lets pages go as it does not need them, as all reading here does.
std::string HashOf(const SourceFile& file) {
  Sha256 hash;
  for (size_t at = 0; at < file.bytes().size(); at += kHashBytes) {
    const Bytes chunk = file.bytes().subspan(
        at, std::min(kHashBytes, file.bytes().size() - at));
    hash.Add(chunk);
    file.Release(chunk);
  }
  return hash.Finish();
}

int32_t ToAbi(ElementType type) {
  switch (type) {
    case ElementType::kF16:
      return ALEXNET_DTYPE_F16;
    case ElementType::kBF16:
      return ALEXNET_DTYPE_BF16;
    default:
      return ALEXNET_DTYPE_F32;
  }
}

// As it is where the engine has the type and nothing is to be multiplied.
ElementType StoredAs(const Tensor& tensor) {
  if (IsScaled(tensor)) return ElementType::kF32;
  return tensor.type == ElementType::kF64 ? ElementType::kF32 : tensor.type;
}

// A number that is none would make every answer none.
void CheckFinite(const Parameter& parameter, ElementType type, int64_t first,
                 Bytes chunk) {
  const auto check = [&](auto bits, auto exponent) {
    using Bits = decltype(bits);
    for (size_t i = 0; i * sizeof(Bits) < chunk.size(); ++i) {
      std::memcpy(&bits, chunk.data() + i * sizeof(Bits), sizeof(Bits));
      if ((bits & exponent) != exponent) continue;
      throw Invalid("tensor \"" + parameter.from + "\"",
                    fmt::format("is not finite at element {}: the training "
                                "that made it diverged; take an earlier "
                                "checkpoint",
                                first + static_cast<int64_t>(i)));
    }
  };
  switch (type) {
    case ElementType::kF16:
      return check(uint16_t{}, uint16_t{0x7c00});
    case ElementType::kBF16:
      return check(uint16_t{}, uint16_t{0x7f80});
    default:
      return check(uint32_t{}, uint32_t{0x7f800000});
  }
}

void WriteParameter(const Parameter& parameter, const SourceFile& file,
                    const Interrupt& interrupt, ModelBuilder* builder) {
  const ElementType type = StoredAs(parameter.tensor);
  Stream(
      parameter.tensor, type,
      [&](int64_t first, Bytes chunk) {
        interrupt.Check();
        CheckFinite(parameter, type, first, chunk);
        builder->write_tensor(parameter.name, ToAbi(type), first, chunk);
      },
      [&](Bytes range) { file.Release(range); });
}

// A tensor that repeats one number, or itself, takes no bytes of the file, but
// all of its own in the model.
void CheckSize(const Recognised& found, const SourceFile& file) {
  constexpr uint64_t kRatio = 16;
  constexpr uint64_t kConstant = uint64_t{1} << 30;
  const uint64_t most = kConstant + kRatio * file.bytes().size();
  uint64_t bytes = 0;
  for (const Parameter& parameter : found.parameters) {
    bytes += static_cast<uint64_t>(parameter.tensor.elements()) *
             static_cast<uint64_t>(ElementSize(StoredAs(parameter.tensor)));
    if (bytes > most) {
      throw Unsupported(
          "",
          fmt::format("describes parameters of more than {} bytes, 16 times "
                      "the file and 1 GiB",
                      most));
    }
  }
}

// `beside`: the labels that lie beside the weights; may be null.
std::vector<std::string> LabelsFor(const ImportSettings& settings,
                                   const SourceFile* beside,
                                   const ForeignModel& foreign,
                                   const Recognised& found,
                                   std::vector<std::string>* notes) {
  const int64_t classes = found.layers.layers.back().output[0];
  if (!settings.labels_file.empty()) {
    return ReadLabels(*SourceFile::Open(settings.labels_file), classes);
  }
  if (beside != nullptr) return ReadLabels(*beside, classes);
  if (!foreign.labels.empty()) return foreign.labels;
  const bool devkit = found.preset == "alexnet_2012" || found.preset == "owt";
  if (classes != kImageNetClasses || devkit) {
    if (devkit && classes == kImageNetClasses) {
      notes->push_back(
          "cuda-convnet's classes are mostly in the order of the ILSVRC "
          "development kit, not sorted by WordNet id; `labels_file` names "
          "them");
    }
    return {};
  }
  notes->push_back(
      "1000 classes are taken to be ImageNet's, in the order of Caffe and "
      "torchvision; `labels_file` names others");
  return ImageNetLabels();
}

AskedPreparation AskedOf(const ImportSettings& settings) {
  AskedPreparation asked;
  asked.scale = settings.scale;
  if (settings.input_order != ChannelOrder::kKeep) {
    asked.bgr = settings.input_order == ChannelOrder::kBgr;
  }
  if (!settings.mean_values.empty()) {
    asked.mean = Mean{static_cast<int64_t>(settings.mean_values.size()), 1, 1,
                      settings.mean_values};
  }
  if (settings.mean_file.empty()) return asked;
  if (asked.mean) {
    throw Invalid("mean_values", "stand in place of `mean_file`; give one");
  }
  asked.mean = ReadMean(SourceFile::Open(settings.mean_file));
  return asked;
}

bool Changes(const AskedPreparation& asked) {
  return asked.mean || asked.scale || asked.bgr;
}

// A model of the engine's with what the caller says of it.
Model WithSideFiles(Model model, const ImportSettings& settings,
                    const Interrupt& interrupt) {
  AskedPreparation asked = AskedOf(settings);
  if (settings.labels_file.empty() && !Changes(asked)) return model;
  ModelBuilder builder(model);
  if (!settings.labels_file.empty()) {
    builder.set_labels(ReadLabels(*SourceFile::Open(settings.labels_file),
                                  model.info().classes));
  }
  std::vector<float> image;
  if (Changes(asked)) {
    builder.set_preprocessing(WithAsked(model.preprocessing(), &asked, &image));
  }
  return builder.build(interrupt.Rest());
}

Imported ImportOwn(const std::string& path, const SourceFile& file,
                   const ImportSettings& settings, const Interrupt& interrupt) {
  if (!settings.key.empty()) {
    throw Invalid("key", "a model file holds one network, under no key");
  }
  if (!settings.network_file.empty()) {
    throw Invalid("network_file",
                  "a model file says itself what is computed; leave it out");
  }
  Imported imported{WithSideFiles(Model::load(path), settings, interrupt)};
  imported.format = "alexnet";
  imported.sha256 = HashOf(file);
  imported.bytes = file.bytes().size();
  imported.preset = imported.model.info().network;
  if (!settings.preset.empty() && settings.preset != imported.preset) {
    throw Invalid("preset", fmt::format("the file holds {}, not {}",
                                        imported.preset, settings.preset));
  }
  imported.recognised = "the file says what it holds";
  for (const TensorInfo& tensor : imported.model.tensors()) {
    if (tensor.role != ALEXNET_TENSOR_PARAMETER) continue;
    static constexpr const char* kTypes[] = {"f32", "f32", "f16", "bf16"};
    imported.tensors.push_back(
        {tensor.name, tensor.name,
         ExtentsText(Extents(tensor.shape, tensor.shape + tensor.rank)),
         kTypes[tensor.dtype]});
  }
  return imported;
}

// The file has to fit what the caller says of it.
const Format* ChooseFormat(const ImportSettings& settings, Bytes file) {
  if (settings.format.empty()) return DetectIn(file);
  const Format* format =
      settings.format == "alexnet" ? nullptr : FindFormat(settings.format);
  const bool archive = LooksLikeModelArchive(file);
  if (format == nullptr ? IsOwn(file)
      : archive         ? format->name == kArchived
                        : format->matches(file)) {
    return format;
  }
  std::string_view other = archive ? kArchived : "";
  for (const Format& each : Formats()) {
    if (each.matches(file)) other = each.name;
  }
  if (IsOwn(file)) other = "alexnet";
  // What is of no format by its content may still be of the one that is said.
  if (other.empty()) return format;
  throw Invalid("format",
                fmt::format("the file is no {} file; by its content it is {}",
                            settings.format, other));
}

// Gives a network whose description ends in logits the softmax that its program
// applies elsewhere. The note for whoever has to know; "" where none was added.
std::string AddSoftmax(ForeignModel* foreign) {
  const Layers layers = WithShapes(*foreign->layers);
  const Layer& last = layers.layers.back();
  const bool classes =
      last.output.size() == 1 ||
      (last.output.size() == 3 && last.output[1] == 1 && last.output[2] == 1);
  if (As<Softmax>(last) != nullptr || !classes || foreign->sigmoid) return "";
  if (last.output[0] == 1) {
    return "the network gives one number, for which a softmax would always "
           "give "
           "1, so none was added";
  }
  std::string name = "prob";
  const auto taken = [&](const Layer& layer) { return layer.name == name; };
  while (std::any_of(layers.layers.begin(), layers.layers.end(), taken)) {
    name += "_";
  }
  foreign->layers->layers.push_back({name, Softmax{}, {}, {}});
  foreign->layer_tensors.emplace_back();
  return "the network ends in logits, so a softmax was added, which "
         "predictions "
         "and evaluations need; `no_softmax` keeps it as it is";
}

// Makes classes of what a sigmoid, in the file or in its program, makes
// probabilities of.
void TellYesFromNo(const ForeignModel& foreign, Recognised* found,
                   std::vector<std::string>* notes) {
  const bool single = HasSingleOutput(found->layers);
  if (foreign.sigmoid && !single) {
    throw Unsupported(
        "", fmt::format("gives a probability for each of {} labels (sigmoid), "
                        "where networks of this engine choose one class "
                        "(softmax); `no_softmax` reads it for its logits",
                        found->layers.layers.back().output[0]));
  }
  const bool softmax = As<Softmax>(found->layers.layers.back()) != nullptr;
  if (!single || (!softmax && !foreign.sigmoid)) return;
  if (foreign.layers && softmax) {
    throw Unsupported("",
                      "ends in a softmax over one class, which is always 1; "
                      "a sigmoid, or two outputs, tell yes from no");
  }
  MakeTwoClasses(found);
  notes->push_back(
      std::string(foreign.sigmoid
                      ? "its single output, a sigmoid, became "
                      : "its single output is taken to be the logit of yes, of "
                        "which a sigmoid makes a probability, and became ") +
      "the second of two classes, no and yes, with the same probabilities");
}

// The network without the softmax that its preset has and the file does not.
std::optional<Network> WithoutSoftmax(const ForeignModel& foreign,
                                      const Recognised& found) {
  if (!foreign.layers || foreign.layers->layers.empty() ||
      As<Softmax>(foreign.layers->layers.back()) != nullptr ||
      As<Softmax>(found.layers.layers.back()) == nullptr) {
    return std::nullopt;
  }
  Layers layers = found.layers;
  layers.layers.pop_back();
  return NetworkOf(layers);
}

// What an archive says beside the .prototxt.
void TakeArchive(const ModelArchive& archive, const ForeignModel& foreign,
                 AskedPreparation* asked, std::vector<std::string>* notes) {
  notes->push_back("of the archive are taken: " + archive.contents);
  const bool wanted = !foreign.mean_image.empty() || !foreign.pixels;
  if (archive.mean != nullptr && !asked->mean && !foreign.mean && wanted) {
    asked->mean = ReadMean(archive.mean);
  }
}

// How pictures were brought to one size.
void TakeResizing(const ModelArchive& archive, Preprocessing* p,
                  std::vector<std::string>* notes) {
  if (archive.image_size >= std::max(p->crop_height, p->crop_width)) {
    p->resize = archive.image_size;
  }
  if (archive.resize_mode == "squash") p->resize_rule = ALEXNET_RESIZE_WARP;
  if (archive.resize_mode == "crop") {
    p->resize_rule = ALEXNET_RESIZE_SHORT_SIDE;
  }
  if (archive.resize_mode == "fill" || archive.resize_mode == "half_crop") {
    notes->push_back("pictures were resized by DIGITS's \"" +
                     archive.resize_mode +
                     "\", which this engine does not have: taken is its "
                     "\"squash\"");
    p->resize_rule = ALEXNET_RESIZE_WARP;
  }
}

// `archive`: where `file` is one, with weights of `format`; may be null.
Imported ImportForeign(const std::shared_ptr<SourceFile>& file,
                       const Format& format, const ModelArchive* archive,
                       const ImportSettings& settings,
                       const Interrupt& interrupt) {
  // Here, later, where there is no thread for it.
  std::future<std::string> hash =
      std::async(std::launch::async | std::launch::deferred,
                 [&] { return HashOf(*file); });
  ReadOptions read;
  if (archive != nullptr) {
    read.network = archive->network;
    read.training = archive->training;
    if (read.network == nullptr) std::swap(read.network, read.training);
  }
  if (!settings.network_file.empty()) {
    read.network = SourceFile::Open(settings.network_file);
  }
  ForeignModel foreign =
      format.read(archive != nullptr ? archive->weights : file, read);
  NetworkChoice choice;
  choice.preset = settings.preset;
  choice.key = settings.key;
  if (read.network != nullptr && !foreign.layers) {
    choice.description = ReadPrototxt(*read.network);
  } else if (read.network != nullptr && !format.takes_network) {
    throw Invalid("network_file",
                  fmt::format("{} files say themselves what is computed, and "
                              "this one does; leave it out",
                              format.description));
  }
  std::string softmax;
  if (foreign.layers && !settings.keep_logits) softmax = AddSoftmax(&foreign);
  Recognised found = ChooseNetwork(choice, &foreign);
  std::vector<std::string> notes = foreign.notes;
  if (!settings.keep_logits) TellYesFromNo(foreign, &found, &notes);
  if (found.preset.empty() && !softmax.empty()) notes.push_back(softmax);
  std::optional<Network> logits;
  if (settings.keep_logits) logits = WithoutSoftmax(foreign, found);
  Network& network = logits ? *logits : found.network;
  if (found.preset.empty() && foreign.mirrors) {
    Recipe recipe;
    recipe.fields = ALEXNET_RECIPE_MIRROR;
    recipe.mirror = *foreign.mirrors ? 1 : 0;
    network.set_recipe(recipe);
  }

  CheckSize(found, *file);
  ModelBuilder builder(network);
  std::vector<ImportedTensor> tensors;
  for (const Parameter& parameter : found.parameters) {
    WriteParameter(parameter, *file, interrupt, &builder);
    tensors.push_back({parameter.name, parameter.from,
                       ExtentsText(parameter.tensor.shape),
                       ElementName(parameter.tensor.type)});
  }
  AskedPreparation asked = AskedOf(settings);
  if (archive != nullptr) TakeArchive(*archive, foreign, &asked, &notes);
  Preprocessing preprocessing = PreprocessingFor(found.network, found, &foreign,
                                                 format.name, &asked, &notes);
  if (archive != nullptr) TakeResizing(*archive, &preprocessing, &notes);
  builder.set_preprocessing(preprocessing);
  const SourceFile* labels =
      archive != nullptr ? archive->labels.get() : nullptr;
  builder.set_labels(LabelsFor(settings, labels, foreign, found, &notes));
  const std::string sha256 = hash.get();
  for (const auto& [key, value] : foreign.metadata) {
    builder.set_metadata(key, value);
  }
  builder.set_metadata("convert.file", file->name());
  builder.set_metadata("convert.format", std::string(format.name));
  builder.set_metadata("convert.sha256", sha256);
  builder.set_source(fmt::format("{}, a {} file with SHA-256 {}", file->name(),
                                 format.description, sha256),
                     "alexnet convert " + std::string(version()));
  return {builder.build(interrupt.Rest()),
          std::string(format.name),
          sha256,
          file->bytes().size(),
          found.preset,
          found.why,
          std::move(notes),
          std::move(foreign.skipped),
          std::move(tensors)};
}

}  // namespace

std::string DetectFormat(const std::string& path) {
  return InFile(path, [&]() -> std::string {
    RefuseSavedModel(path);
    const Format* format = DetectIn(SourceFile::Open(path)->bytes());
    return format == nullptr ? "alexnet" : std::string(format->name);
  });
}

Imported Import(const std::string& path, const ImportSettings& settings,
                const Interrupt& interrupt) {
  return InFile(path, [&] {
    RefuseSavedModel(path);
    const std::shared_ptr<SourceFile> file = SourceFile::Open(path);
    const Format* format = ChooseFormat(settings, file->bytes());
    std::optional<ModelArchive> archive;
    if (format != nullptr && LooksLikeModelArchive(file->bytes())) {
      archive = OpenModelArchive(file);
    }
    Imported imported =
        format == nullptr
            ? ImportOwn(path, *file, settings, interrupt)
            : ImportForeign(file, *format, archive ? &*archive : nullptr,
                            settings, interrupt);
    std::optional<Model> turned =
        InChannelOrder(imported.model, settings.order, interrupt);
    if (turned) imported.model = std::move(*turned);
    return imported;
  });
}

std::optional<Model> InChannelOrder(const Model& model, ChannelOrder order,
                                    const Interrupt& interrupt) {
  const Preprocessing now = model.preprocessing();
  const bool bgr = now.channel_order == ALEXNET_CHANNELS_BGR;
  if (order == ChannelOrder::kKeep || bgr == (order == ChannelOrder::kBgr)) {
    return std::nullopt;
  }
  if (now.channel_order == ALEXNET_CHANNELS_GRAY) {
    throw Invalid("channel_order", "the network takes grey pictures");
  }
  const ExportModel parts = MakeExportModel(model, 0);
  ModelBuilder builder(model);
  for (size_t i = 0; i < parts.weights.size(); ++i) {
    const Tensor& weight = parts.weights[i];
    if (weight.parts.empty()) continue;
    if (weight.shape.size() != 4 || weight.shape[1] != 3) {
      throw Unsupported("layer \"" + parts.layers.layers[i].name + "\"",
                        "is the first with weights and no convolution over "
                        "three channels, so they cannot be turned round");
    }
    const ElementType type = StoredAs(weight);
    Stream(Reversed(weight, 1), type, [&](int64_t first, Bytes chunk) {
      builder.write_tensor(weight.name, ToAbi(type), first, chunk);
    });
    break;
  }
  std::vector<float> image;
  builder.set_preprocessing(ReverseChannels(now, &image));
  return builder.build(interrupt.Rest());
}

}  // namespace alexnet::convert

// Protobuf's text form of networks, turned into the binary form, which has one
// parser. Only the lite runtime is linked, which reads no text: its full
// sibling registers messages by name for the whole process and aborts where
// another library has registered Caffe's.

#include <fmt/core.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "tools/convert/formats/caffe/net.h"

namespace alexnet::convert::caffe {
namespace {

constexpr int kMaxDepth = 32;

enum class Kind { kMessage, kText, kInteger, kBool, kFloat, kEnum };

struct EnumValue {
  std::string_view name;
  int32_t number;
};

struct Field;
using Fields = std::span<const Field>;

// A field of a message: only those of caffe.proto, and the ones that hold
// layers.
struct Field {
  std::string_view name;
  uint32_t number;
  Kind kind;
  Fields fields = {};                      // of a message
  std::span<const EnumValue> values = {};  // of an enum
};

constexpr EnumValue kPhases[] = {{"TRAIN", 0}, {"TEST", 1}};
constexpr EnumValue kPools[] = {{"MAX", 0}, {"AVE", 1}, {"STOCHASTIC", 2}};
constexpr EnumValue kRoundings[] = {{"CEIL", 0}, {"FLOOR", 1}};
constexpr EnumValue kRegions[] = {{"ACROSS_CHANNELS", 0},
                                  {"WITHIN_CHANNEL", 1}};
// All of V1LayerParameter.LayerType that a chain can have, or leaves out.
constexpr EnumValue kV1Types[] = {
    {"ACCURACY", 1},      {"CONVOLUTION", 4},
    {"DATA", 5},          {"DROPOUT", 6},
    {"FLATTEN", 8},       {"HDF5_DATA", 9},
    {"IMAGE_DATA", 12},   {"INNER_PRODUCT", 14},
    {"LRN", 15},          {"POOLING", 17},
    {"RELU", 18},         {"SIGMOID", 19},
    {"SOFTMAX", 20},      {"SIGMOID_CROSS_ENTROPY_LOSS", 27},
    {"SOFTMAX_LOSS", 21}, {"SPLIT", 22},
    {"TANH", 23},         {"WINDOW_DATA", 24},
    {"MEMORY_DATA", 29},  {"DUMMY_DATA", 32}};

constexpr Field kShape[] = {{"dim", 1, Kind::kInteger}};
constexpr Field kConvolution[] = {
    {"num_output", 1, Kind::kInteger}, {"bias_term", 2, Kind::kBool},
    {"pad", 3, Kind::kInteger},        {"kernel_size", 4, Kind::kInteger},
    {"group", 5, Kind::kInteger},      {"stride", 6, Kind::kInteger},
    {"pad_h", 9, Kind::kInteger},      {"pad_w", 10, Kind::kInteger},
    {"kernel_h", 11, Kind::kInteger},  {"kernel_w", 12, Kind::kInteger},
    {"stride_h", 13, Kind::kInteger},  {"stride_w", 14, Kind::kInteger},
    {"axis", 16, Kind::kInteger},      {"dilation", 18, Kind::kInteger}};
constexpr Field kInnerProduct[] = {{"num_output", 1, Kind::kInteger},
                                   {"bias_term", 2, Kind::kBool},
                                   {"axis", 5, Kind::kInteger},
                                   {"transpose", 6, Kind::kBool}};
constexpr Field kLrn[] = {{"local_size", 1, Kind::kInteger},
                          {"alpha", 2, Kind::kFloat},
                          {"beta", 3, Kind::kFloat},
                          {"norm_region", 4, Kind::kEnum, {}, kRegions},
                          {"k", 5, Kind::kFloat}};
constexpr Field kPooling[] = {{"pool", 1, Kind::kEnum, {}, kPools},
                              {"kernel_size", 2, Kind::kInteger},
                              {"stride", 3, Kind::kInteger},
                              {"pad", 4, Kind::kInteger},
                              {"kernel_h", 5, Kind::kInteger},
                              {"kernel_w", 6, Kind::kInteger},
                              {"stride_h", 7, Kind::kInteger},
                              {"stride_w", 8, Kind::kInteger},
                              {"pad_h", 9, Kind::kInteger},
                              {"pad_w", 10, Kind::kInteger},
                              {"global_pooling", 12, Kind::kBool},
                              {"round_mode", 13, Kind::kEnum, {}, kRoundings}};
constexpr Field kDropout[] = {{"dropout_ratio", 1, Kind::kFloat}};
constexpr Field kRelu[] = {{"negative_slope", 1, Kind::kFloat}};
constexpr Field kSoftmax[] = {{"axis", 2, Kind::kInteger}};
constexpr Field kBatchNorm[] = {{"eps", 3, Kind::kFloat}};
constexpr Field kScale[] = {{"axis", 1, Kind::kInteger},
                            {"num_axes", 2, Kind::kInteger},
                            {"bias_term", 4, Kind::kBool}};
constexpr Field kInput[] = {{"shape", 1, Kind::kMessage, kShape}};
constexpr Field kTransform[] = {{"scale", 1, Kind::kFloat},
                                {"mirror", 2, Kind::kBool},
                                {"crop_size", 3, Kind::kInteger},
                                {"mean_file", 4, Kind::kText},
                                {"mean_value", 5, Kind::kFloat}};
constexpr Field kData[] = {{"scale", 2, Kind::kFloat},
                           {"mean_file", 3, Kind::kText},
                           {"crop_size", 5, Kind::kInteger},
                           {"mirror", 6, Kind::kBool}};
constexpr Field kRule[] = {{"phase", 1, Kind::kEnum, {}, kPhases}};
constexpr Field kLayer[] = {
    {"name", 1, Kind::kText},
    {"type", 2, Kind::kText},
    {"bottom", 3, Kind::kText},
    {"top", 4, Kind::kText},
    {"include", 8, Kind::kMessage, kRule},
    {"exclude", 9, Kind::kMessage, kRule},
    {"phase", 10, Kind::kEnum, {}, kPhases},
    {"transform_param", 100, Kind::kMessage, kTransform},
    {"convolution_param", 106, Kind::kMessage, kConvolution},
    {"data_param", 107, Kind::kMessage, kData},
    {"dropout_param", 108, Kind::kMessage, kDropout},
    {"image_data_param", 115, Kind::kMessage, kData},
    {"inner_product_param", 117, Kind::kMessage, kInnerProduct},
    {"lrn_param", 118, Kind::kMessage, kLrn},
    {"pooling_param", 121, Kind::kMessage, kPooling},
    {"relu_param", 123, Kind::kMessage, kRelu},
    {"softmax_param", 125, Kind::kMessage, kSoftmax},
    {"batch_norm_param", 139, Kind::kMessage, kBatchNorm},
    {"scale_param", 142, Kind::kMessage, kScale},
    {"input_param", 143, Kind::kMessage, kInput}};
constexpr Field kV0Layer[] = {{"name", 1, Kind::kText},
                              {"type", 2, Kind::kText},
                              {"num_output", 3, Kind::kInteger},
                              {"biasterm", 4, Kind::kBool},
                              {"pad", 7, Kind::kInteger},
                              {"kernelsize", 8, Kind::kInteger},
                              {"group", 9, Kind::kInteger},
                              {"stride", 10, Kind::kInteger},
                              {"pool", 11, Kind::kEnum, {}, kPools},
                              {"dropout_ratio", 12, Kind::kFloat},
                              {"local_size", 13, Kind::kInteger},
                              {"alpha", 14, Kind::kFloat},
                              {"beta", 15, Kind::kFloat},
                              {"scale", 17, Kind::kFloat},
                              {"meanfile", 18, Kind::kText},
                              {"cropsize", 20, Kind::kInteger},
                              {"mirror", 21, Kind::kBool},
                              {"k", 22, Kind::kFloat}};
constexpr Field kV1Layer[] = {
    {"layer", 1, Kind::kMessage, kV0Layer},
    {"bottom", 2, Kind::kText},
    {"top", 3, Kind::kText},
    {"name", 4, Kind::kText},
    {"type", 5, Kind::kEnum, {}, kV1Types},
    {"convolution_param", 10, Kind::kMessage, kConvolution},
    {"data_param", 11, Kind::kMessage, kData},
    {"dropout_param", 12, Kind::kMessage, kDropout},
    {"image_data_param", 15, Kind::kMessage, kData},
    {"inner_product_param", 17, Kind::kMessage, kInnerProduct},
    {"lrn_param", 18, Kind::kMessage, kLrn},
    {"pooling_param", 19, Kind::kMessage, kPooling},
    {"relu_param", 30, Kind::kMessage, kRelu},
    {"include", 32, Kind::kMessage, kRule},
    {"exclude", 33, Kind::kMessage, kRule},
    {"transform_param", 36, Kind::kMessage, kTransform},
    {"softmax_param", 39, Kind::kMessage, kSoftmax}};
constexpr Field kNet[] = {{"name", 1, Kind::kText},
                          {"layers", 2, Kind::kMessage, kV1Layer},
                          {"input", 3, Kind::kText},
                          {"input_dim", 4, Kind::kInteger},
                          {"input_shape", 8, Kind::kMessage, kShape},
                          {"layer", 100, Kind::kMessage, kLayer}};

const Field* Find(Fields fields, std::string_view name) {
  for (const Field& field : fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '+';
}

class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {
    // What some editors put in front of UTF-8.
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (rest_.starts_with(kByteOrderMark)) {
      rest_.remove_prefix(kByteOrderMark.size());
    }
  }

  // Fields up to '}' (or the end, at depth 0) as an encoded message.
  std::string Message(Fields fields, int depth) {
    if (depth > kMaxDepth) Fail("is nested too deeply");
    std::string encoded;
    while (true) {
      SkipSpace();
      if (rest_.empty()) {
        if (depth == 0) return encoded;
        Fail("ends inside of a message: a \"}\" is missing");
      }
      if (rest_[0] == '}') {
        if (depth == 0) Fail("has a \"}\" too many");
        rest_.remove_prefix(1);
        return encoded;
      }
      const std::string_view name = Word();
      SkipSpace();
      const bool colon = Take(':');
      SkipSpace();
      Value(Find(fields, name), name, colon, depth, &encoded);
      SkipSpace();
      if (!Take(',')) Take(';');
    }
  }

 private:
  [[noreturn]] void Fail(const std::string& message) const {
    throw Damaged(fmt::format("line {}", line_), message);
  }

  void Advance(size_t count) {
    for (const char c : rest_.substr(0, count)) line_ += c == '\n';
    rest_.remove_prefix(count);
  }

  void SkipSpace() {
    while (!rest_.empty()) {
      if (rest_[0] == '#') {
        Advance(std::min(rest_.find('\n'), rest_.size()));
      } else if (std::string_view(" \t\r\n").find(rest_[0]) !=
                 std::string_view::npos) {
        Advance(1);
      } else {
        return;
      }
    }
  }

  bool Take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view Word() {
    size_t size = 0;
    while (size < rest_.size() && IsWord(rest_[size])) ++size;
    if (size == 0) {
      Fail(fmt::format(
          "has {} where a name or number should be",
          rest_.empty() ? "its end" : fmt::format("\"{}\"", rest_[0])));
    }
    const std::string_view word = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return word;
  }

  std::string Quoted() {
    const char quote = rest_[0];
    rest_.remove_prefix(1);
    std::string text;
    while (!Take(quote)) {
      if (rest_.empty() || rest_[0] == '\n') Fail("has an open string");
      if (Take('\\') && rest_.empty()) Fail("has an open string");
      text += rest_[0];
      rest_.remove_prefix(1);
    }
    return text;
  }

  // One value, a message, or a list of either.
  void Value(const Field* field, std::string_view name, bool colon, int depth,
             std::string* encoded) {
    if (Take('[')) {
      for (SkipSpace(); !Take(']'); SkipSpace()) {
        Value(field, name, colon, depth + 1, encoded);
        SkipSpace();
        Take(',');
      }
      return;
    }
    if (Take('{')) {
      const bool wanted = field != nullptr && field->kind == Kind::kMessage;
      if (field != nullptr && !wanted) Refuse(name, "{");
      const std::string message =
          Message(wanted ? field->fields : Fields(), depth + 1);
      if (wanted) AppendBytes(field->number, message, encoded);
      return;
    }
    if (!colon) Fail(fmt::format("{} has no value", name));
    if (!rest_.empty() && (rest_[0] == '"' || rest_[0] == '\'')) {
      const std::string text = Quoted();
      if (field == nullptr) return;
      if (field->kind != Kind::kText) Refuse(name, text);
      AppendBytes(field->number, text, encoded);
      return;
    }
    const std::string_view word = Word();
    if (field != nullptr) AppendWord(*field, word, encoded);
  }

  [[noreturn]] void Refuse(std::string_view name, std::string_view value) {
    Fail(fmt::format("{} cannot be {}", name, value));
  }

  void AppendWord(const Field& field, std::string_view word,
                  std::string* encoded) {
    const char* end = word.data() + word.size();
    if (field.kind == Kind::kFloat) {
      float value = 0.0f;
      const auto [last, error] = std::from_chars(word.data(), end, value);
      // "1f" is allowed.
      if (error != std::errc() || end - last > (end[-1] == 'f' ? 1 : 0)) {
        Refuse(field.name, word);
      }
      uint32_t bits;
      std::memcpy(&bits, &value, sizeof bits);
      AppendFloat(field.number, bits, encoded);
      return;
    }
    std::optional<int64_t> number;
    if (field.kind == Kind::kBool) {
      if (word == "true" || word == "True" || word == "t") number = 1;
      if (word == "false" || word == "False" || word == "f") number = 0;
    }
    for (const EnumValue& value : field.values) {
      if (word == value.name) number = value.number;
    }
    int64_t parsed = 0;
    const auto [last, error] = std::from_chars(word.data(), end, parsed);
    if (error == std::errc() && last == end) number = parsed;
    const bool fits = field.kind != Kind::kMessage && field.kind != Kind::kText;
    if (!number || !fits) Refuse(field.name, word);
    AppendInteger(field.number, *number, encoded);
  }

  static void AppendInteger(uint32_t number, int64_t value,
                            std::string* encoded) {
    Append(encoded, [&](google::protobuf::io::CodedOutputStream* stream) {
      stream->WriteTag(number << 3);
      stream->WriteVarint64(static_cast<uint64_t>(value));
    });
  }

  static void AppendFloat(uint32_t number, uint32_t bits,
                          std::string* encoded) {
    Append(encoded, [&](google::protobuf::io::CodedOutputStream* stream) {
      stream->WriteTag(number << 3 | 5);
      stream->WriteLittleEndian32(bits);
    });
  }

  static void AppendBytes(uint32_t number, const std::string& bytes,
                          std::string* encoded) {
    Append(encoded, [&](google::protobuf::io::CodedOutputStream* stream) {
      stream->WriteTag(number << 3 | 2);
      stream->WriteVarint32(static_cast<uint32_t>(bytes.size()));
      stream->WriteString(bytes);
    });
  }

  template <typename Body>
  static void Append(std::string* encoded, const Body& body) {
    google::protobuf::io::StringOutputStream out(encoded);
    google::protobuf::io::CodedOutputStream stream(&out);
    body(&stream);
  }

  std::string_view rest_;
  int line_ = 1;
};

}  // namespace

std::string EncodeNetText(std::string_view text) {
  return TextReader(text).Message(kNet, 0);
}

Net ParseNetText(std::string_view text) {
  const std::string encoded = EncodeNetText(text);
  Net net = ParseNet(BytesOf(encoded));
  for (NetLayer& layer : net.layers) layer.blobs.clear();
  return net;
}

}  // namespace alexnet::convert::caffe

// What goes over all layers: each choice of LayerType is a group of its name.

#include <stdexcept>

#include "tools/build/options/emit.h"
#include "tools/build/options/groups.h"
#include "tools/build/options/text.h"

namespace alexnet::options {
namespace {

const Group& LayerOf(const Choice& choice) {
  for (const Group* group : LayerGroups()) {
    if (group->name == choice.name) return *group;
  }
  throw std::runtime_error("no group of layers.cc describes the layer " +
                           choice.name);
}

// An emitter that puts what `text` makes of each layer one after another, with
// `between` in between.
template <typename Text>
EnumEmitter OfEach(Text text, const std::string& between = "") {
  return [text, between](const Enum& types, const Request&) {
    std::string all;
    for (const Choice& choice : types.choices) {
      if (!all.empty()) all += between;
      all += text(LayerOf(choice));
    }
    return all;
  };
}

// "const Lrn& layer", or without a name where there is nothing to ask it for.
std::string Parameter(const std::string& type, const Group& layer) {
  return "const " + type + "&" + (layer.options.empty() ? "" : " layer");
}

std::string Struct(const Group& layer) {
  const std::string more = layer.more.empty() ? "" : " " + layer.more + ".";
  const std::string fields =
      layer.options.empty() ? "" : Emit({"core.fields", layer.name, {}});
  return Wrapped(layer.sentence + "." + more, "// ", 80) + "struct " +
         layer.core + " {\n" + Indented(fields, "  ") +
         "  bool operator==(const " + layer.core + "&) const = default;\n};\n";
}

std::string Structs(const Enum& types, const Request& request) {
  std::string names;
  for (const Choice& choice : types.choices) {
    names += (names.empty() ? "" : ", ") + LayerOf(choice).core;
  }
  return OfEach(Struct, "\n")(types, request) +
         "\nusing LayerSpec = std::variant<" + names + ">;\n";
}

std::string CheckOf(const Option& option) {
  const std::string value = "layer." + MemberOf(option);
  const std::string of = "(\"" + option.name + "\", " + value;
  std::string check;
  if (option.type == Type::kEnum) {
    check = "CheckKind" + of + ", " + option.choices->core + "::k" +
            ChoiceName(option.choices->choices.back()) + ")";
  } else if (option.type == Type::kStruct) {
    check = "Check" + PascalCase(option.of) + of + ")";
  } else if (!option.most.empty()) {
    check = "Check" + of + ", " + option.least + ", " + option.most + ")";
  } else {
    return "";
  }
  return "ALEXNET_RETURN_IF_ERROR(" + check + ");\n";
}

std::string Checked(const Group& layer) {
  std::string checks;
  for (const Option& option : layer.options) checks += CheckOf(option);
  return "Status CheckOptions(" + Parameter(layer.core, layer) + ") {\n" +
         checks + "return Status();\n}\n";
}

std::string Table(const Group& layer) {
  const std::string about =
      Wrapped(layer.sentence + ".", "// ", 80) + "table " + layer.core + " {";
  if (layer.options.empty()) return about + "}\n";
  return about + "\n" +
         Indented(Emit({"schema.fields", layer.name, {}}), "  ") + "}\n";
}

std::string Tables(const Enum& types, const Request& request) {
  std::string names;
  for (const Choice& choice : types.choices) {
    names += "  " + LayerOf(choice).core + ",\n";
  }
  return OfEach(Table, "\n")(types, request) + "\nunion LayerSpec {\n" + names +
         "}\n";
}

std::string Encoder(const Group& layer) {
  return "Encoded operator()(" + Parameter(layer.core, layer) + ") const {\n" +
         Emit({"codec.encode", layer.name, {{"from", "layer"}}}) +
         "return {schema::LayerSpec::" + layer.core +
         ", encoded.Union()};\n}\n";
}

std::string Decoder(const Group& layer) {
  return "Result<LayerSpec> DecodeSpec(" +
         Parameter("schema::" + layer.core, layer) + ") {\n" + layer.core +
         " spec;\n" +
         (layer.options.empty() ? ""
                                : Emit({"codec.decode",
                                        layer.name,
                                        {{"from", "layer"}, {"to", "spec"}}})) +
         "return LayerSpec(spec);\n}\n";
}

std::string DecoderCase(const Group& layer) {
  return "case schema::LayerSpec::" + layer.core +
         ":\nreturn DecodeSpec(*layer.spec_as_" + layer.core + "());\n";
}

std::string Json(const Group& layer) {
  return "Json operator()(" + Parameter(layer.core, layer) + ") const {\n" +
         (layer.options.empty()
              ? "return Json::Object();\n"
              : "return {\n" +
                    Emit({"json.pairs", layer.name, {{"from", "layer"}}}) +
                    "};\n") +
         "}\n";
}

std::string Visited(const Group& layer) {
  const bool none = layer.options.empty();
  std::string calls;
  for (const Option& option : layer.options) {
    const std::string member = MemberOf(option);
    calls += "visit(\"" + member + "\", layer." + member + ");\n";
  }
  return "template <typename Visit>\nvoid VisitOptions(" + layer.core + "&" +
         (none ? ", Visit&&) {}\n"
               : " layer, Visit&& visit) {\n" + calls + "}\n");
}

}  // namespace

void AddLayerEmitters(Emitters* emitters) {
  emitters->of_enums["layers.structs"] = Structs;
  emitters->of_enums["layers.checks"] = OfEach(Checked, "\n");
  emitters->of_enums["layers.schema"] = Tables;
  emitters->of_enums["layers.encode"] = OfEach(Encoder);
  emitters->of_enums["layers.decode"] = OfEach(Decoder, "\n");
  emitters->of_enums["layers.decode_cases"] = OfEach(DecoderCase);
  emitters->of_enums["layers.json"] = OfEach(Json);
  emitters->of_enums["layers.visit"] = OfEach(Visited, "\n");
}

}  // namespace alexnet::options
